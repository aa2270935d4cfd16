"""Preprocessing of tables."""

from sklearn_deep.preprocessing._piecewise_linear_encoder import PiecewiseLinearEncoder
from sklearn_deep.preprocessing._tabular_pipeline import tabular_pipeline

__all__ = ["PiecewiseLinearEncoder", "tabular_pipeline"]
