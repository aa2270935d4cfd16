"""Penalties on the code of sparse and contractive autoencoders."""

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

# Mean activations are clipped to this distance from 0 and 1, where the divergence is infinite.
_SURE = 1e-6


class Encoding(NamedTuple):
    """The inputs of a penalty on the code.

    Parameters
    ----------
    code : Tensor of shape (n_samples, n_components)
        Codes of the batch, computed in training mode (with noise and dropout).
    share : Tensor of shape (n_samples,)
        Weight of each sample, relative to the sum over the batch.
    x : Tensor of shape (n_samples, n_features)
        The samples without noise.
    encode : callable
        The encoder in evaluation mode, applied to each sample separately.
    """

    code: Tensor
    share: Tensor
    x: Tensor
    encode: Callable[[Tensor], Tensor]


class CodePenalty(Penalty):
    """Base class of penalties on the code of an autoencoder.

    The formula is defined for codes in ``code_range``, which ``code_activation`` must respect.
    """

    on: ClassVar[Literal["weights", "code"]] = "code"
    code_range: ClassVar[tuple[float, float]] = (-inf, inf)

    @abstractmethod
    def code_penalty(self, encoding: Encoding) -> Tensor:
        """Return the penalty, which is added to the loss.

        Parameters
        ----------
        encoding : Encoding
            Codes and samples of one batch.

        Returns
        -------
        Tensor of shape ()
        """


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CodeL1(CodePenalty):
    """Mean over samples of the sum of the code's absolute values: few components are active per sample.

    Parameters
    ----------
    l1 : float >= 0, default=1e-3
        Strength, in units of the loss per unit of the code.
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
    """Kullback-Leibler divergence that keeps each component's mean activation near a small value.

    ``strength Σ_j KL(rho ‖ mean_i u_ij)``, where the mean is over the samples of the batch. The code
    must be in (0, 1), so ``code_activation="logistic"`` is needed.

    Parameters
    ----------
    rho : float in (0, 1), default=0.05
        Desired mean activation of each component.
    strength : float >= 0, default=0.1
        Factor of the divergence, in units of the loss.

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

    It makes the code insensitive to small changes of the input. The Jacobian is that of the encoder
    in evaluation mode. Each training step takes about ``n_components`` additional backward passes.

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
        # One component at a time: the gradients of all together would need n_components times the memory.
        norms = [pull_back(unit.expand_as(code)).square().sum(-1) for unit in units]
        return self.strength * (encoding.share * torch.stack(norms).sum(0)).sum()


def _differentiated(
    encode: Callable[[Tensor], Tensor], x: Tensor
) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Return the code of ``x``, and a function from gradients of the code to gradients of ``x``."""
    if is_transformed(x):
        code, pull_back, *_ = torch.func.vjp(encode, x)
        return code, lambda slope: pull_back(slope)[0]
    # ``vjp`` would import torch's compiler, which takes seconds in a new process.
    leaf = x.detach().requires_grad_()
    code = encode(leaf)
    return code, lambda slope: torch.autograd.grad((code * slope).sum(), leaf, create_graph=True)[0]
