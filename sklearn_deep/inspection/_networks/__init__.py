"""Displays of fitted networks: curves, codes, reconstructions, weights.

``fitted`` finds the network in pipelines and searches and what it is given; ``images`` draws samples
as images; the others are one Display each.
"""

from sklearn_deep.inspection._networks.code_display import CodeDisplay
from sklearn_deep.inspection._networks.reconstruction_display import ReconstructionDisplay
from sklearn_deep.inspection._networks.training_curve_display import TrainingCurveDisplay
from sklearn_deep.inspection._networks.weight_image_display import WeightImageDisplay

__all__ = ["CodeDisplay", "ReconstructionDisplay", "TrainingCurveDisplay", "WeightImageDisplay"]
