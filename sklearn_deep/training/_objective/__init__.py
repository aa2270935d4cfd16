"""What a member minimizes, and how it is measured.

``criteria`` has the terms of a loss from the outputs of each kind of network; ``objective`` adds
penalties and takes the mean over a batch, as a module whose gradient is one step. ``metrics`` are
scores beside the loss, ``evaluation`` computes both on validation samples.
"""

from sklearn_deep.training._objective.criteria import Criterion, Joint, Prediction, Reconstruction
from sklearn_deep.training._objective.evaluation import Evaluation, ValidationSamples
from sklearn_deep.training._objective.metrics import METRICS, Metric
from sklearn_deep.training._objective.objective import (
    Objective,
    PenaltyLayer,
    member_step,
    packed_step,
    statistic_names,
)

__all__ = [
    "METRICS",
    "Criterion",
    "Evaluation",
    "Joint",
    "Metric",
    "Objective",
    "PenaltyLayer",
    "Prediction",
    "Reconstruction",
    "ValidationSamples",
    "member_step",
    "packed_step",
    "statistic_names",
]
