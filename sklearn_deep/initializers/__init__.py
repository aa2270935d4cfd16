"""Initial weights of linear layers: He, LeCun and Glorot (each in three distributions), and others.

In: the size of a layer and a random generator. Out: its weight matrix. Read ``_base`` (the base
class), then ``_variance_scaling`` (scale depends on the layer's size) and ``_plain`` (it does not).
"""

from sklearn_deep.initializers._base import CallableInitializer, Initializer
from sklearn_deep.initializers._plain import Orthogonal, RandomNormal, Zeros
from sklearn_deep.initializers._variance_scaling import VarianceScaling
from sklearn_deep.plugins import declare_family, register

declare_family("initializers", Initializer, CallableInitializer)
for _name, _scale, _mode in (
    ("he", 2.0, "fan_in"),
    ("lecun", 1.0, "fan_in"),
    ("glorot", 1.0, "fan_avg"),
):
    for _distribution in ("normal", "uniform", "truncated"):
        register(
            "initializers",
            f"{_name}_{_distribution}",
            VarianceScaling(scale=_scale, mode=_mode, distribution=_distribution),
        )
register("initializers", "normal", RandomNormal)
register("initializers", "orthogonal", Orthogonal)
register("initializers", "zeros", Zeros)

__all__ = [
    "CallableInitializer",
    "Initializer",
    "Orthogonal",
    "RandomNormal",
    "VarianceScaling",
    "Zeros",
]
