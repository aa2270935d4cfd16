"""One training step. In: a batch. Out: losses and gradients.

``epochs`` decides which samples each member uses, and ``batches`` collects them. ``gradient_step`` computes
losses and gradients of all members; it is recorded once and replayed. ``values`` computes the losses and
scores of an epoch. ``user_code`` detects user-defined functions in a step or a fit.
"""

from sklearn_deep.training._step.batches import Batch, Epoch
from sklearn_deep.training._step.epochs import Epochs
from sklearn_deep.training._step.gradient_step import GradientStep, StepOutput
from sklearn_deep.training._step.user_code import is_self_contained
from sklearn_deep.training._step.values import EpochValues, Records, Values

__all__ = [
    "Batch",
    "Epoch",
    "EpochValues",
    "Epochs",
    "GradientStep",
    "Records",
    "StepOutput",
    "Values",
    "is_self_contained",
]
