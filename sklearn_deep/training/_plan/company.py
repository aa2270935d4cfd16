"""Which penalties may be stacked and padded."""

from __future__ import annotations

from collections.abc import Mapping

from sklearn_deep.penalties import (
    L1,
    L1L2,
    L2,
    CodeKL,
    CodeL1,
    Contractive,
    MaxNorm,
    Orthogonality,
    Penalty,
)

# Of the classes that are known to run under ``vmap``: whether rows and columns of zeros, added to a
# matrix or code, change nothing. A subclass may have another formula, so only these very classes count.
_IGNORES_ZEROS: Mapping[type[Penalty], bool] = {
    **dict.fromkeys((L1, L2, L1L2, MaxNorm, CodeL1, Contractive), True),
    **dict.fromkeys((Orthogonality, CodeKL), False),
}


def trains_alone(penalty: Penalty) -> bool:
    """Return whether members with a penalty are trained one by one on a GPU, too."""
    return type(penalty) not in _IGNORES_ZEROS


def ignores_zeros(penalty: Penalty) -> bool:
    """Return whether rows and columns of zeros, added to a matrix or code, change nothing."""
    return _IGNORES_ZEROS.get(type(penalty), False)
