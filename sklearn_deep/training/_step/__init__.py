"""One step of training: a batch in, losses and gradients out.

``batches`` decides which samples each member sees; ``gradient_step`` computes losses and gradients
of all members, recorded once and replayed; ``user_code`` detects user-defined functions in a step.
"""

from sklearn_deep.training._step.batches import Batch, Epoch
from sklearn_deep.training._step.gradient_step import GradientStep, StepOutput

__all__ = ["Batch", "Epoch", "GradientStep", "StepOutput"]
