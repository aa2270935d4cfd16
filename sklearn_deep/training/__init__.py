"""Training: plans in, results out. Knows nothing of scikit-learn."""

from sklearn_deep.training._data import Data, LazyRows
from sklearn_deep.training._loop import FollowedTraining, Training, isolated, train
from sklearn_deep.training._members import Paused, Result, StoredResult
from sklearn_deep.training._plan import Origin, Plan, Shared, Start, TrainingState, populations
from sklearn_deep.training._step import Batch, StepOutput

__all__ = [
    "Batch",
    "Data",
    "FollowedTraining",
    "LazyRows",
    "Origin",
    "Paused",
    "Plan",
    "Result",
    "Shared",
    "Start",
    "StepOutput",
    "StoredResult",
    "Training",
    "TrainingState",
    "isolated",
    "populations",
    "train",
]
