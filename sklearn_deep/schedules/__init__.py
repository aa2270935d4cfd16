"""Schedules: how the learning rate changes during a fit.

In: times in epochs, and for ``Plateau`` the values of finished epochs. Out: factors by which
``learning_rate`` is multiplied. Read ``_base``, then ``_decay``, ``_cosine``, ``_plateau``, ``_warm_up``.
"""

from sklearn_deep.plugins import declare_family, register
from sklearn_deep.schedules._base import CallableSchedule, Pace, Schedule
from sklearn_deep.schedules._cosine import Cosine, OneCycle
from sklearn_deep.schedules._decay import Constant, Exponential, StepDecay
from sklearn_deep.schedules._plateau import Plateau
from sklearn_deep.schedules._warm_up import WarmUp

declare_family("schedules", Schedule, CallableSchedule)
register("schedules", "constant", Constant)
register("schedules", "step", StepDecay)
register("schedules", "exponential", Exponential)
register("schedules", "cosine", Cosine)
register("schedules", "one_cycle", OneCycle)
register("schedules", "plateau", Plateau)
register("schedules", "warm_up", WarmUp)

__all__ = [
    "CallableSchedule",
    "Constant",
    "Cosine",
    "Exponential",
    "OneCycle",
    "Pace",
    "Plateau",
    "Schedule",
    "StepDecay",
    "WarmUp",
]
