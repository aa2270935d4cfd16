"""Diagnosis of bias and variance, with advice.

Start with ``report``. ``folds`` fits and scores, ``error_scale`` converts scores to errors,
``bayes_error`` estimates the lowest possible error, and ``training_facts`` summarizes the fits.
``verdict`` is the decision rule; ``bias_advice``, ``variance_advice`` and ``scale_advice`` recommend
changes. ``display`` draws the report.
"""

from sklearn_deep.inspection._bias_variance.display import BiasVarianceDisplay
from sklearn_deep.inspection._bias_variance.report import BiasVarianceReport, bias_variance_report
from sklearn_deep.inspection._bias_variance.training_facts import TrainingFacts

__all__ = ["BiasVarianceDisplay", "BiasVarianceReport", "TrainingFacts", "bias_variance_report"]
