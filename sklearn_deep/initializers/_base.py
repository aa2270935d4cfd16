"""Base class of initializers, and the adapter for functions used as initializers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin


class Initializer(Plugin):
    """Base class of initializers, which draw the weights of a linear layer; biases start at zero.

    Notes
    -----
    A weight matrix is ``(fan_out, fan_in)``. Draws are made in float64 and rounded to the
    network's dtype, so float32 and float64 networks start from the same weights.
    """

    @abstractmethod
    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Return a ``(fan_out, fan_in)`` float64 matrix of initial weights.

        Parameters
        ----------
        fan_out, fan_in : int
            Number of units of the layer, and of the layer before it.
        generator : torch.Generator
            The only source of randomness.
        """


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallableInitializer(Initializer):
    """Adapter that makes an initializer of a function.

    Parameters
    ----------
    function : callable
        ``f(fan_out, fan_in, generator)`` returns a tensor of shape ``(fan_out, fan_in)``.
    """

    function: Callable[[int, int, Generator], Tensor] = field(kw_only=False)

    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Call the function and check the shape of the returned tensor."""
        weight = torch.as_tensor(self.function(fan_out, fan_in, generator))
        if weight.shape != (fan_out, fan_in):
            raise ValueError(
                f"The initializer {self.function!r} must return a tensor of shape "
                f"(fan_out, fan_in) = {(fan_out, fan_in)}, got {tuple(weight.shape)}."
            )
        return weight.detach().double()
