"""How weights move: gradient rules, with numbers that may differ from member to member."""

from sklearn_deep.optimizers._optimizer import SGD, Adam, AdamW, Optimizer
from sklearn_deep.plugins import declare_family, register

declare_family("optimizers", Optimizer)
register("optimizers", "sgd", SGD)
register("optimizers", "adam", Adam)
register("optimizers", "adamw", AdamW)

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
