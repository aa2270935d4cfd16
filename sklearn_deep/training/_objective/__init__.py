"""The objective of a network, and the measures of its quality.

``criteria`` has the loss terms for each kind of network. ``objective`` is a module that adds penalties;
its gradient over a batch is one training step. ``metrics`` are scores in addition to the loss, and
``evaluation`` computes losses and scores of validation samples.
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
