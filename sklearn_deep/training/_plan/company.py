"""Which losses and penalties can be trained in a population, and on which conditions.

A member of a population must be bit-identical to its single fit, whatever its loss and penalties.
For the library's own classes the conditions are written down here and tested. For any other class
they are derived from the operations that its formula calls: an operation that is not known to give
the same bits in every shape is assumed not to. Nothing is cached for a class, because fields may choose
the formula, and IPython's autoreload changes classes in place.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.func import vmap

from sklearn_deep._compat.torch import DispatchMode
from sklearn_deep.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CallableLoss,
    CrossEntropy,
    Focal,
    Huber,
    Loss,
    Poisson,
    Quantile,
    SquaredError,
)
from sklearn_deep.penalties import (
    L1,
    L1L2,
    L2,
    CallablePenalty,
    CodeKL,
    CodeL1,
    CodePenalty,
    Contractive,
    Encoding,
    MaxNorm,
    Orthogonality,
    Penalty,
)

# A subclass may have another formula, so only these very classes count. What a function does may
# change from call to call.
WHOLE_VECTORS: Mapping[type[Loss], bool] = {
    **dict.fromkeys((SquaredError, AbsoluteError, Huber, Quantile, CrossEntropy), False),
    **dict.fromkeys((BinaryCrossEntropy, Poisson, Focal, CallableLoss), True),
}
# Orthogonality, CodeKL and Contractive fill up their shapes themselves.
ALONE: Mapping[type[Penalty], bool] = {
    **dict.fromkeys((L1, L2, L1L2, MaxNorm, Orthogonality, CodeL1, CodeKL, Contractive), False),
    CallablePenalty: True,
}
# Examples cannot show that zeros never matter, so no class outside the library is padded.
IGNORING_ZEROS = {L1, L2, L1L2, MaxNorm, CodeL1, Contractive}

# Rounded exactly (IEEE 754), not rounded at all, or measured to be the same (docs/arithmetic.md):
# sums, norms, softmax. Views and what backward passes of these call are here too.
_NAMES = """
    abs add alias amax amin bitwise_and bitwise_not bitwise_or broadcast_to cat ceil clamp clamp_max
    clamp_min clone constant_pad_nd copy detach diagonal diagonal_backward div empty_like eq expand
    fill floor full full_like ge gt isfinite isnan le lift_fresh linalg_vector_norm _log_softmax
    _log_softmax_backward_data logical_and logical_not logical_or lt masked_fill max maximum mean
    min minimum mul ne neg new_empty new_ones new_zeros ones ones_like permute pow relu reshape rsub
    scalar_tensor select select_backward sgn sign slice slice_backward _softmax
    _softmax_backward_data split sqrt squeeze stack sub sum t threshold_backward _to_copy transpose
    unbind _unsafe_view unsqueeze view where zero zeros zeros_like
"""
_SAME_BITS = frozenset(_NAMES.split())
_SMALL = (4, 3)


def needs_whole_vectors(loss: Loss, n_outputs: int) -> bool:
    """Return whether a loss is bit-identical in all populations only if its outputs fill whole vectors.

    Parameters
    ----------
    loss : Loss
    n_outputs : int
        Number of columns of the output and the target.
    """
    known = WHOLE_VECTORS.get(type(loss))
    return not has_same_bits(loss, _loss_on_output(n_outputs)) if known is None else known


def trains_alone(penalty: Penalty) -> bool:
    """Return whether members with a penalty must be trained one by one."""
    known = ALONE.get(type(penalty))
    on_code = isinstance(penalty, CodePenalty)
    return (
        not has_same_bits(penalty, _on_code if on_code else _on_weight) if known is None else known
    )


def ignores_zeros(penalty: Penalty) -> bool:
    """Return whether rows and columns of zeros, added to a matrix or code, change nothing."""
    return type(penalty) in IGNORING_ZEROS


def _loss_on_output(n_outputs: int) -> Callable[[Any, Tensor], Tensor]:
    def call(loss: Any, x: Tensor) -> Tensor:
        output = x[:, :1].expand(-1, n_outputs)
        both: Tensor = loss.rows(output, 2 * output).sum() + loss.predictions(output).sum()
        return both

    return call


def _on_weight(penalty: Any, weight: Tensor) -> Tensor:
    value: Tensor = penalty.penalty(weight)
    return value


def _on_code(penalty: Any, code: Tensor) -> Tensor:
    share = torch.full_like(code[:, 0], 1 / len(code))
    value: Tensor = penalty.code_penalty(Encoding(code, share, code, lambda rows: 1 * rows))
    return value


def has_same_bits(plugin: Any, formula: Callable[[Any, Tensor], Tensor]) -> bool:
    """Return whether a formula and its gradient call operations of known rounding only.

    Parameters
    ----------
    plugin : Loss or Penalty
    formula : callable
        ``f(plugin, x)`` returns a 0-d tensor for a small matrix.
    """

    def price(x: Tensor, numbers: dict[str, Tensor]) -> Tensor:
        return formula(plugin.with_numbers(numbers), x)

    x = torch.full((2, *_SMALL), 0.5, requires_grad=True)
    numbers = {name: torch.full((2,), number) for name, number in plugin.numbers().items()}
    check = _RoundingCheck()
    # A single fit does not use ``vmap``, so its warnings about slow operations do not apply.
    quiet = warnings.catch_warnings(action="ignore")
    try:
        # Some prices do not depend on x: those of classes that project only.
        with quiet, torch.enable_grad(), torch.random.fork_rng(devices=[]), check:
            total = vmap(price, randomness="different")(x, numbers).sum()
            if total.requires_grad:
                torch.autograd.grad(total, x, allow_unused=True)
    except Exception:  # noqa: BLE001
        # Training will raise the error of such a formula. Trained alone, any formula is correct.
        return False
    return check.same_bits


class _RoundingCheck(DispatchMode):
    """Records whether all operations are known to give the same bits in every shape."""

    same_bits = True

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        self.same_bits &= _gives_same_bits(function, args, kwargs or {})
        return function(*args, **kwargs or {})


def _gives_same_bits(function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    name = function.overloadpacket.__name__.removesuffix("_")  # in place, it rounds the same
    if function.namespace != "aten":
        return False
    if name == "pow":  # a square is one product, other powers are functions
        return args[1] in (1, 2) if not isinstance(args[1], Tensor) else False
    if name == "linalg_vector_norm":
        return len(args) < 2 or args[1] == 2
    # With alpha, vector code may multiply and add in one rounding.
    return name in _SAME_BITS and kwargs.get("alpha", 1) == 1
