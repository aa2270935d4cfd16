"""See what a network does: reports that measure, Displays that draw."""

from sklearn_deep.inspection._bias_variance_display import BiasVarianceDisplay
from sklearn_deep.inspection._bias_variance_report import BiasVarianceReport, bias_variance_report
from sklearn_deep.inspection._code_display import CodeDisplay
from sklearn_deep.inspection._findings import Advice
from sklearn_deep.inspection._parallel_coordinates_display import ParallelCoordinatesDisplay
from sklearn_deep.inspection._reconstruction_display import ReconstructionDisplay
from sklearn_deep.inspection._search_results_display import SearchResultsDisplay
from sklearn_deep.inspection._search_stages_display import SearchStagesDisplay
from sklearn_deep.inspection._signal_propagation import signal_propagation
from sklearn_deep.inspection._signal_propagation_display import SignalPropagationDisplay
from sklearn_deep.inspection._signal_report import SignalPropagationReport
from sklearn_deep.inspection._training_curve_display import TrainingCurveDisplay
from sklearn_deep.inspection._training_facts import TrainingFacts
from sklearn_deep.inspection._weight_image_display import WeightImageDisplay

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
