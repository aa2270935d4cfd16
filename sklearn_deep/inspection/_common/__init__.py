"""Code that several reports and Displays share.

``axes`` creates figures, ``findings`` defines the codes of advice, ``learner`` finds the estimator inside
pipelines, searches and wrappers, and ``common_parameters`` and ``suitable_weights`` are for advice.
"""

from sklearn_deep.inspection._common.axes import figure_and_axes, figure_and_panels
from sklearn_deep.inspection._common.common_parameters import COMMON, times
from sklearn_deep.inspection._common.findings import Advice, advice
from sklearn_deep.inspection._common.learner import Learner, learner_of, unwrapped
from sklearn_deep.inspection._common.suitable_weights import saturates, suits

__all__ = [
    "COMMON",
    "Advice",
    "Learner",
    "advice",
    "figure_and_axes",
    "figure_and_panels",
    "learner_of",
    "saturates",
    "suits",
    "times",
    "unwrapped",
]
