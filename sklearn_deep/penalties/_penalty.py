"""Base class of penalties, and the adapter for functions used as penalties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from torch import Tensor

from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin


class Penalty(Plugin):
    """Base class of penalties on, and constraints of, weight matrices; biases are never penalized.

    ``penalty`` is summed over the weight matrices and added to the mean loss. ``project`` is called
    after each training step if ``projects`` is true. A subclass overrides one of the two. ``on`` says
    whether the penalty is on weights or, as for ``CodePenalty``, on the code of an autoencoder.
    """

    on: ClassVar[Literal["weights", "code"]] = "weights"
    projects: ClassVar[bool] = False

    def penalty(self, weight: Tensor) -> Tensor:
        """Return the term that is added to the loss; the base class returns zero.

        Parameters
        ----------
        weight : Tensor of shape (n_out, n_in)
            One weight matrix; row ``i`` holds the incoming weights of unit ``i``.

        Returns
        -------
        Tensor of shape ()
        """
        return weight.new_zeros(())

    def project(self, weight: Tensor) -> Tensor:
        """Return the nearest weights that satisfy the constraint; the base class returns them unchanged.

        Parameters
        ----------
        weight : Tensor of shape (n_out, n_in)
            One weight matrix after a training step.

        Returns
        -------
        Tensor of shape (n_out, n_in)
        """
        return weight


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallablePenalty(Penalty):
    """Adapter that makes a penalty of a function.

    Parameters
    ----------
    function : callable
        ``f(weight)`` receives a matrix of shape ``(n_out, n_in)`` and returns a tensor of shape ``()``.
        It must use tensor operations that have a gradient.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.penalties import CallablePenalty
    >>> CallablePenalty(lambda weight: 0.1 * weight.pow(4).sum()).penalty(torch.ones(2, 3))
    tensor(0.6000)
    """

    function: Callable[[Tensor], Tensor] = field(kw_only=False)

    def penalty(self, weight: Tensor) -> Tensor:
        """Call the function and check the shape of the returned value."""
        value = self.function(weight)
        if not isinstance(value, Tensor) or value.shape != ():
            given = tuple(value.shape) if isinstance(value, Tensor) else repr(value)
            raise ValueError(
                f"The penalty {self.function!r} must return a tensor of shape (), got {given}. "
                "Sum over the weights, without .item() or numpy."
            )
        return value
