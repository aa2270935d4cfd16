"""Matrix products whose bits do not depend on company."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from sklearn_deep._shared.arithmetic import PRODUCT_MULTIPLICATIONS, PRODUCT_SIDE


def aligned_product(a: Tensor, b: Tensor) -> Tensor:
    """Return ``a @ b``, padding each side of the product that would round differently.

    The products of its gradient have the same padded sides.

    Parameters
    ----------
    a : Tensor of shape (n_rows, n_inner)
    b : Tensor of shape (n_inner, n_columns)

    Returns
    -------
    Tensor of shape (n_rows, n_columns)
    """
    n_rows, n_inner, n_columns = a.shape[-2], a.shape[-1], b.shape[-1]
    rows, inner, columns = _missing(n_rows), _missing(n_inner), _missing(n_columns)
    outer = (n_rows + rows) * (n_columns + columns)
    if outer * (n_inner + inner) < PRODUCT_MULTIPLICATIONS:
        inner = -(-PRODUCT_MULTIPLICATIONS // (PRODUCT_SIDE * outer)) * PRODUCT_SIDE - n_inner
    if rows or inner:
        a = F.pad(a, (0, inner, 0, rows))
    if inner or columns:
        # Padding lays out its result by rows: a transposed weight is padded as it lies in memory.
        b = F.pad(b.mT, (0, inner, 0, columns)).mT
    product = a @ b
    if rows or columns:
        product = product[..., :n_rows, :n_columns]
    return product


def _missing(side: int) -> int:
    if side % 2 == 0:
        return 0
    return -side % PRODUCT_SIDE
