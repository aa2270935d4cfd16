"""Automatic tuning, guided by bias and variance.

``loop`` diagnoses, reduces bias or variance, and diagnoses again. ``moves`` and ``scale`` propose
changes, ``trials`` evaluates candidates together, ``steps`` records the rounds, and ``base`` is the
estimator whose parameters are set.
"""

from sklearn_deep.model_selection._tuner.loop import Tuning
from sklearn_deep.model_selection._tuner.moves import Moves, with_settings
from sklearn_deep.model_selection._tuner.steps import TunerStep
from sklearn_deep.model_selection._tuner.trials import Trials

__all__ = ["Moves", "Trials", "TunerStep", "Tuning", "with_settings"]
