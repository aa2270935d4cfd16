"""Penalties of an autoencoder's code: sparse and contractive autoencoders."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from numbers import Real
from typing import Any, ClassVar, Literal, NamedTuple

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._compat.torch import is_transformed
from sklearn_deep._shared import explained
from sklearn_deep.penalties._penalty import Penalty

_SURE = 1e-6


class Encoding(NamedTuple):
    """The inputs of a penalty of the code.

    Parameters
    ----------
    code : Tensor of shape (n_samples, n_components)
        Code of the batch, in training mode.
    share : Tensor of shape (n_samples,)
        Weight of each sample, relative to the sum over the batch.
    x : Tensor of shape (n_samples, n_features)
        Samples without noise.
    encode : callable
        The encoder in evaluation mode, applied to each sample separately.
    """

    code: Tensor
    share: Tensor
    x: Tensor
    encode: Callable[[Tensor], Tensor]


class CodePenalty(Penalty):
    """A penalty of the code of an autoencoder.

    ``code_range`` is the range in which the formula is defined; ``code_activation`` must stay in it.
    """

    on: ClassVar[Literal["weights", "code"]] = "code"
    code_range: ClassVar[tuple[float, float]] = (-inf, inf)

    @abstractmethod
    def code_penalty(self, encoding: Encoding) -> Tensor:
        """Return the penalty, which is added to the loss.

        Parameters
        ----------
        encoding : Encoding
            Of one batch.

        Returns
        -------
        Tensor of shape ()
        """


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CodeL1(CodePenalty):
    """Mean over samples of the sum of the code's magnitudes: few components are active at a time.

    Parameters
    ----------
    l1 : float >= 0, default=1e-3
        Strength, in units of the loss per unit of code.
    """

    l1: float | Tensor = 1e-3

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "l1": [Interval(Real, 0, None, closed="left")]
    }

    def code_penalty(self, encoding: Encoding) -> Tensor:
        """Return ``l1 Σ_i share_i Σ_j |u_ij|``."""
        return self.l1 * (encoding.share * encoding.code.abs().sum(-1)).sum()


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CodeKL(CodePenalty):
    """Keep each component's mean activation near a small value, by the Kullback-Leibler divergence.

    ``strength Σ_j KL(rho ‖ mean_i u_ij)`` for a code in (0, 1): ``code_activation="logistic"``.
    The mean is that of the batch.

    Parameters
    ----------
    rho : float in (0, 1), default=0.05
        Target of the mean activation.
    strength : float >= 0, default=0.1
        Factor of the divergence.

    References
    ----------
    Ng, "Sparse autoencoder", CS294A lecture notes, 2011.
    """

    rho: float | Tensor = 0.05
    strength: float | Tensor = 0.1

    code_range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rho": [Interval(Real, 0, 1, closed="neither")],
        "strength": [Interval(Real, 0, None, closed="left")],
    }

    def code_penalty(self, encoding: Encoding) -> Tensor:
        """Return the sum of the divergences."""
        active = (encoding.share.unsqueeze(-1) * encoding.code).sum(0).clamp(_SURE, 1 - _SURE)
        rho = torch.as_tensor(self.rho, dtype=active.dtype, device=active.device)
        known = rho * rho.log() + (1 - rho) * (1 - rho).log()
        return self.strength * (known - rho * active.log() - (1 - rho) * (1 - active).log()).sum()


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Contractive(CodePenalty):
    """Mean over samples of the squared Frobenius norm of the encoder's Jacobian ``∂u/∂x``.

    The code then changes little when the input changes a little. The Jacobian is that of the encoder
    in evaluation mode. A step costs about ``n_components`` additional passes.

    Parameters
    ----------
    strength : float >= 0, default=1e-3
        Factor of the mean.

    References
    ----------
    Rifai et al., "Contractive auto-encoders", 2011, equation 4.
    """

    strength: float | Tensor = 1e-3

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "strength": [Interval(Real, 0, None, closed="left")]
    }

    def code_penalty(self, encoding: Encoding) -> Tensor:
        """Return ``strength Σ_i share_i ‖∂u_i/∂x_i‖²``."""
        code, pull_back = _differentiated(encoding.encode, encoding.x)
        units = torch.eye(code.shape[-1], dtype=code.dtype, device=code.device)
        # One component after the other: each is as large as a batch, all at once n_components of them.
        norms = [pull_back(unit.expand_as(code)).square().sum(-1) for unit in units]
        return self.strength * (encoding.share * torch.stack(norms).sum(0)).sum()


def _differentiated(
    encode: Callable[[Tensor], Tensor], x: Tensor
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Return the code of ``x``, and what pulls slopes of the code back to slopes of ``x``."""
    if is_transformed(x):
        code, pull_back, *_ = torch.func.vjp(encode, x)
        return code, lambda slope: pull_back(slope)[0]
    # ``vjp`` would import torch's compiler, which takes seconds in a new process.
    leaf = x.detach().requires_grad_()
    code = encode(leaf)
    return code, lambda slope: torch.autograd.grad((code * slope).sum(), leaf, create_graph=True)[0]
