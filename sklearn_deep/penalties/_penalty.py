"""What every penalty shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from torch import Tensor

from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin


class Penalty(Plugin):
    """A price on weights, or a set they are kept in; biases are never penalized.

    ``penalty`` is added to the mean loss, summed over weight matrices. ``project`` is called after
    each step where ``projects`` is true. A subclass overrides one of them. ``on`` says
    whether it is about weights or, as ``CodePenalty``, about an autoencoder's code.
    """

    on: ClassVar[Literal["weights", "code"]] = "weights"
    projects: ClassVar[bool] = False

    def penalty(self, weight: Tensor) -> Tensor:
        """Return what is added to the loss: nothing, unless overridden.

        Parameters
        ----------
        weight : Tensor of shape (n_out, n_in)
            One weight matrix; row ``i`` holds what comes into unit ``i``.

        Returns
        -------
        Tensor of shape ()
        """
        return weight.new_zeros(())

    def project(self, weight: Tensor) -> Tensor:
        """Return the nearest weights that are allowed: these, unless overridden.

        Parameters
        ----------
        weight : Tensor of shape (n_out, n_in)
            One weight matrix after a step.

        Returns
        -------
        Tensor of shape (n_out, n_in)
        """
        return weight


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallablePenalty(Penalty):
    """A function as a penalty.

    Parameters
    ----------
    function : callable
        ``f(weight)`` takes a matrix of shape ``(n_out, n_in)`` and returns a tensor of shape ``()``,
        in tensor operations that have a gradient.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.penalties import CallablePenalty
    >>> CallablePenalty(lambda weight: 0.1 * weight.pow(4).sum()).penalty(torch.ones(2, 3))
    tensor(0.6000)
    """

    function: Callable[[Tensor], Tensor] = field(kw_only=False)

    def penalty(self, weight: Tensor) -> Tensor:
        """Call the function and check the shape of what it returns."""
        value = self.function(weight)
        if not isinstance(value, Tensor) or value.shape != ():
            given = tuple(value.shape) if isinstance(value, Tensor) else repr(value)
            raise ValueError(
                f"The penalty {self.function!r} must return a tensor of shape (), got {given}. "
                "Sum over the weights, without .item() or numpy."
            )
        return value
