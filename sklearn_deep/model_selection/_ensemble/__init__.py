"""Ensembles of the networks, or other estimators, that a search has fitted on folds.

``OutOfFold`` collects what each candidate predicts for the test part of each fold. ``selection`` chooses
candidates by the score of their averaged predictions, and ``averaged`` is the predictor made of the
chosen ones.
"""

from sklearn_deep.model_selection._ensemble.out_of_fold import OutOfFold
from sklearn_deep.model_selection._ensemble.predicting import SearchEnsembleMixin

__all__ = ["OutOfFold", "SearchEnsembleMixin"]
