"""One step of training: a batch in, losses and gradients out.

``epochs`` decides which samples each member sees, in ``batches``; ``gradient_step`` computes losses and gradients
of all members, recorded once and replayed. ``values`` has the losses and scores of an epoch. ``user_code`` detects user-defined functions in a step or a fit.
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
