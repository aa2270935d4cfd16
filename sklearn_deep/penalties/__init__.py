"""Penalties: terms of weights or codes added to the loss, and constraints applied to weights.

In: one weight matrix, or the code of a batch. Out: a number, or the constrained weights. Read
``_penalty`` (the base class), ``_norms``, ``_orthogonality`` and ``_max_norm``, then ``_code``.
"""

from sklearn_deep.penalties._code import CodeKL, CodeL1, CodePenalty, Contractive, Encoding
from sklearn_deep.penalties._max_norm import MaxNorm
from sklearn_deep.penalties._norms import L1, L1L2, L2
from sklearn_deep.penalties._orthogonality import Orthogonality
from sklearn_deep.penalties._penalty import CallablePenalty, Penalty
from sklearn_deep.plugins import declare_family, register

declare_family("penalties", Penalty, CallablePenalty)
register("penalties", "l1", L1)
register("penalties", "l2", L2)
register("penalties", "l1l2", L1L2)
register("penalties", "code_l1", CodeL1)
register("penalties", "code_kl", CodeKL)
register("penalties", "contractive", Contractive)
register("penalties", "max_norm", MaxNorm)
register("penalties", "orthogonality", Orthogonality)

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "CallablePenalty",
    "CodeKL",
    "CodeL1",
    "CodePenalty",
    "Contractive",
    "Encoding",
    "MaxNorm",
    "Orthogonality",
    "Penalty",
]
