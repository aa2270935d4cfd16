"""Which penalties allow networks to be stacked or padded."""

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

# Classes that are known to run under ``vmap``, and whether their value is unchanged if rows and columns of
# zeros are added to a matrix or code. Subclasses are not included, because their formula may differ.
_IGNORES_ZEROS: Mapping[type[Penalty], bool] = {
    **dict.fromkeys((L1, L2, L1L2, MaxNorm, CodeL1, Contractive), True),
    **dict.fromkeys((Orthogonality, CodeKL), False),
}


def trains_alone(penalty: Penalty) -> bool:
    """Return whether networks with a penalty are trained one at a time, even on a GPU."""
    return type(penalty) not in _IGNORES_ZEROS


def ignores_zeros(penalty: Penalty) -> bool:
    """Return whether adding rows and columns of zeros to a matrix or code leaves a penalty unchanged."""
    return _IGNORES_ZEROS.get(type(penalty), False)
