"""Training: plans in, results out. Knows nothing of scikit-learn."""

from sklearn_deep.training._data import Data, LazyRows
from sklearn_deep.training._loop import Observer, StepObserver, Training, isolated, train
from sklearn_deep.training._members import Paused, Result, StoredResult
from sklearn_deep.training._plan import Origin, Plan, Shared, Start, TrainingState, populations
from sklearn_deep.training._step import Batch

__all__ = [
    "Batch",
    "Data",
    "LazyRows",
    "Observer",
    "Origin",
    "Paused",
    "Plan",
    "Result",
    "Shared",
    "Start",
    "StepObserver",
    "StoredResult",
    "Training",
    "TrainingState",
    "isolated",
    "populations",
    "train",
]
