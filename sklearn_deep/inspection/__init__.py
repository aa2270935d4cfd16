"""Inspection of networks: reports that measure, and Displays that draw."""

from sklearn_deep.inspection._bias_variance import (
    BiasVarianceDisplay,
    BiasVarianceReport,
    TrainingFacts,
    bias_variance_report,
)
from sklearn_deep.inspection._common import Advice
from sklearn_deep.inspection._networks import (
    CodeDisplay,
    ReconstructionDisplay,
    TrainingCurveDisplay,
    WeightImageDisplay,
)
from sklearn_deep.inspection._searches import (
    ParallelCoordinatesDisplay,
    SearchResultsDisplay,
    SearchStagesDisplay,
)
from sklearn_deep.inspection._signal import (
    SignalPropagationDisplay,
    SignalPropagationReport,
    signal_propagation,
)

__all__ = [
    "Advice",
    "BiasVarianceDisplay",
    "BiasVarianceReport",
    "CodeDisplay",
    "ParallelCoordinatesDisplay",
    "ReconstructionDisplay",
    "SearchResultsDisplay",
    "SearchStagesDisplay",
    "SignalPropagationDisplay",
    "SignalPropagationReport",
    "TrainingCurveDisplay",
    "TrainingFacts",
    "WeightImageDisplay",
    "bias_variance_report",
    "signal_propagation",
]
