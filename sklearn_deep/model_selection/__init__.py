"""Splitting data for searches."""

from sklearn_deep.model_selection._labeled_fold import LabeledFold

__all__ = ["LabeledFold"]
