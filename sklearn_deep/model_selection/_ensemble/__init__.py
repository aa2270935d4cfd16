"""Ensembles of the networks, or other estimators, that a search has fitted on folds.

``OutOfFold`` collects the predictions of each candidate for the test part of each fold. ``selection``
selects candidates by the score of their averaged predictions, and ``averaged`` is the predictor that
averages the selected ones.
"""

from sklearn_deep.model_selection._ensemble.out_of_fold import OutOfFold
from sklearn_deep.model_selection._ensemble.predicting import SearchEnsembleMixin

__all__ = ["OutOfFold", "SearchEnsembleMixin"]
