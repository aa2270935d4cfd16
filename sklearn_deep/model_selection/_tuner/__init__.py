"""The first iterations of tuning a model.

``loop`` measures, acts on bias or on variance and measures again. ``moves`` and ``scale`` say what
may change, ``trials`` evaluates candidates together, ``steps`` is the record, ``base`` the estimator
whose parameters are set.
"""

from sklearn_deep.model_selection._tuner.loop import Tuning
from sklearn_deep.model_selection._tuner.moves import Moves, with_settings
from sklearn_deep.model_selection._tuner.steps import TunerStep
from sklearn_deep.model_selection._tuner.trials import Trials

__all__ = ["Moves", "Trials", "TunerStep", "Tuning", "with_settings"]
