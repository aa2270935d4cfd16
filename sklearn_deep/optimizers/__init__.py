"""Optimizers: rules that change the weights of networks according to the gradient of the objective.

In: parameters and gradients. Out: changed parameters. The numbers of a rule may differ between the
networks of a population. Read ``_base``, then ``_sgd``, ``_adam``, ``_nadam`` and ``_rmsprop``, then
``_single`` (optimizers of torch, which train one network at a time).
"""

from sklearn_deep.optimizers._adam import Adam, AdamW
from sklearn_deep.optimizers._base import Optimizer, Row, Rule
from sklearn_deep.optimizers._nadam import NAdam
from sklearn_deep.optimizers._rmsprop import RMSprop
from sklearn_deep.optimizers._sgd import SGD
from sklearn_deep.optimizers._single import (
    LBFGS,
    SingleOptimizer,
    TorchOptimizer,
    is_optimizer_class,
)
from sklearn_deep.plugins import declare_family, register

declare_family(
    "optimizers",
    Optimizer,
    TorchOptimizer.of,
    takes=is_optimizer_class,
    words="a class of torch.optim",
)
register("optimizers", "sgd", SGD)
register("optimizers", "adam", Adam)
register("optimizers", "adamw", AdamW)
register("optimizers", "nadam", NAdam)
register("optimizers", "rmsprop", RMSprop)
register("optimizers", "lbfgs", LBFGS)

__all__ = [
    "LBFGS",
    "SGD",
    "Adam",
    "AdamW",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "Row",
    "Rule",
    "SingleOptimizer",
    "TorchOptimizer",
]
