"""Training: plans in, results out. Knows nothing of scikit-learn."""

from sklearn_deep.training._data import Data, LazyRows
from sklearn_deep.training._loop import FollowedTraining, Training, isolated, train
from sklearn_deep.training._members import Paused, Result, StoredResult
from sklearn_deep.training._plan import Origin, Plan, Progress, Shared, Start, populations
from sklearn_deep.training._step import Batch, Computed

__all__ = [
    "Batch",
    "Computed",
    "Data",
    "FollowedTraining",
    "LazyRows",
    "Origin",
    "Paused",
    "Plan",
    "Progress",
    "Result",
    "Shared",
    "Start",
    "StoredResult",
    "Training",
    "isolated",
    "populations",
    "train",
]
