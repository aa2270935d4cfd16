"""Training, independent of scikit-learn. In: plans. Out: one result per plan.

Terms: a *plan* describes one fit, for example of one candidate on one fold. A *member* is the network
of a plan in training. A *population* is a group of members of equal structure that are trained together
by the same operations; on a CPU, each population has one member. Tensors of a population have the
member axis first, for example ``(n_members, n_samples, n_features)``.

``train`` receives the plans of one population, as ``populations`` groups them. Read ``_plan`` (what a
fit depends on), ``_members`` (the stacked networks), ``_step`` with ``_objective`` (batches, losses and
gradients), ``_updates`` (how gradients change parameters), ``_compiled`` (both in compiled code, on a
CPU) and ``_loop`` (epochs, observers and pauses). ``_data`` holds the samples of all members and draws
the random numbers of noise.
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
