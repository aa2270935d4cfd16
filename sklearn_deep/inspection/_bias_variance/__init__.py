"""Is it bias or variance, and what helps?

``report`` is the entry. ``folds`` fits and scores, ``error_scale`` makes errors of scores,
``bayes_error`` the floor, ``training_facts`` what the trainings tell; ``verdict`` decides and
``bias_advice``, ``variance_advice`` and ``scale_advice`` say what to do. ``display`` draws.
"""

from sklearn_deep.inspection._bias_variance.display import BiasVarianceDisplay
from sklearn_deep.inspection._bias_variance.report import BiasVarianceReport, bias_variance_report
from sklearn_deep.inspection._bias_variance.training_facts import TrainingFacts

__all__ = ["BiasVarianceDisplay", "BiasVarianceReport", "TrainingFacts", "bias_variance_report"]
