"""Training: plans in, results out, independent of scikit-learn.

``train`` takes plans of one structure, as ``populations`` groups them, and returns a ``Result`` for
each. Read ``_plan`` (what a fit depends on), ``_members`` (the stacked networks), ``_step`` with
``_objective`` (batches, losses, gradients), ``_updates`` (how the gradient moves parameters),
``_compiled`` (both in compiled code, on a CPU) and ``_loop`` (epochs, observers, pauses); ``_data``
holds the samples of all members and draws their noise.
"""

from sklearn_deep.training._data import Data, LazyRows, as_floats
from sklearn_deep.training._loop import Observer, StepObserver, Training, train
from sklearn_deep.training._members import Paused, Result, result_of_stored, result_to_store
from sklearn_deep.training._plan import Origin, Plan, Shared, Start, TrainingState, populations
from sklearn_deep.training._step import Batch, is_self_contained

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
    "Training",
    "TrainingState",
    "as_floats",
    "is_self_contained",
    "populations",
    "result_of_stored",
    "result_to_store",
    "train",
]
