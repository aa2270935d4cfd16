"""Displays of fitted networks: training curves, codes, reconstructions, weights.

``fitted`` finds the network inside pipelines and searches, and its input; ``images`` draws samples as
images; each of the others contains one Display.
"""

from sklearn_deep.inspection._networks.code_display import CodeDisplay
from sklearn_deep.inspection._networks.reconstruction_display import ReconstructionDisplay
from sklearn_deep.inspection._networks.training_curve_display import TrainingCurveDisplay
from sklearn_deep.inspection._networks.weight_image_display import WeightImageDisplay

__all__ = ["CodeDisplay", "ReconstructionDisplay", "TrainingCurveDisplay", "WeightImageDisplay"]
