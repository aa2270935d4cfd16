"""Optimizers of torch that train members one by one."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.optimizers._base import Optimizer


class SingleOptimizer(Optimizer):
    """An optimizer of torch itself: its members train one by one, never as a population.

    Parameters
    ----------
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.
    """

    def build(self, parameters: list[Tensor], learning_rate: float) -> torch.optim.Optimizer:
        """Return torch's optimizer of the parameters of one member.

        Parameters
        ----------
        parameters : list of Tensor
            Leaves that hold the member's weights.
        learning_rate : float > 0
            Step size, where the optimizer does not set its own.
        """
        kind, options = self.torch_equivalent()
        return kind(parameters, **{"lr": learning_rate} | options)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class TorchOptimizer(SingleOptimizer):
    """Any optimizer class of torch, or of others that build on torch's.

    A rule that this library has too, such as ``Adam``, is better used from here: it is faster, and a
    GPU trains many networks of a search with it together.

    Parameters
    ----------
    optimizer_class : subclass of torch.optim.Optimizer
        Called with a list of tensors, ``lr`` and the options.
    options : dict or None, default=None
        Further arguments by name. The learning rate is no option: the estimator has it.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.optimizers import TorchOptimizer
    >>> optimizer = TorchOptimizer(torch.optim.Rprop, options={"etas": (0.4, 1.3)}).check()
    >>> optimizer.build([torch.zeros(3)], learning_rate=0.1).defaults["etas"]
    (0.4, 1.3)
    """

    optimizer_class: type[torch.optim.Optimizer] = field(kw_only=False)
    options: dict[str, Any] | None = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Optimizer._parameter_constraints,
        "options": [dict, None],
    }

    @classmethod
    def of(cls, optimizer_class: type[torch.optim.Optimizer]) -> TorchOptimizer:
        """Return the plug-in of a bare class, as a parameter takes it.

        Parameters
        ----------
        optimizer_class : subclass of torch.optim.Optimizer
            What the user gave.
        """
        return cls(optimizer_class).check()

    def check(self) -> TorchOptimizer:
        """Raise where torch's class does not take the options, else return the plug-in itself."""
        super().check()
        if not is_optimizer_class(self.optimizer_class):
            raise TypeError(
                "The 'optimizer_class' parameter of TorchOptimizer must be a subclass of "
                f"torch.optim.Optimizer, got {self.optimizer_class!r}."
            )
        self._check_options(self.options or {})
        return self

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return the class and its options."""
        return self.optimizer_class, dict(self.options or {})

    def structure(self) -> Hashable:
        """Return a key of the class and its options."""
        return (type(self), self.optimizer_class, repr(sorted((self.options or {}).items())))

    def _check_options(self, options: dict[str, Any]) -> None:
        name = self.optimizer_class.__name__
        if "lr" in options:
            raise ValueError(
                "The 'options' parameter of TorchOptimizer must not have 'lr', got "
                f"{options['lr']!r}. Set `learning_rate` of the estimator instead."
            )
        try:
            self._make_a_step()
        except (RuntimeError, TypeError, ValueError) as error:
            raise ValueError(
                f"{name} cannot train the weights and biases of a network with "
                f"options={self.options!r} of TorchOptimizer. {name} says: {error}"
            ) from error

    def _make_a_step(self) -> None:
        """Move a matrix and a bias: what a class cannot do, some say first in a step."""
        parameters = [torch.zeros(2, 2), torch.zeros(2)]
        optimizer = self.build(parameters, learning_rate=1e-3)
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter)
        optimizer.step(lambda: torch.zeros(()))  # type: ignore[arg-type,return-value]


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class LBFGS(SingleOptimizer):
    """Limited-memory BFGS on all samples at once, with a strong Wolfe line search.

    An epoch is one iteration: a direction, and up to 25 looks along it. ``learning_rate`` is not
    used. For small data and smooth objectives; noise and dropout mislead the line search.

    Parameters
    ----------
    history_size : int >= 1, default=10
        Past steps that the curvature is estimated from.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``. The line search then sees slopes that are not those of J.

    References
    ----------
    Nocedal and Wright, "Numerical optimization", 2006, algorithms 7.4 and 3.5. The code is that of
    ``torch.optim.LBFGS``.
    """

    history_size: int = 10

    full_batch: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Optimizer._parameter_constraints,
        "history_size": [Interval(Integral, 1, None, closed="left")],
    }

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.LBFGS`` and its arguments, the step size 1 among them."""
        return torch.optim.LBFGS, {
            "lr": 1.0,
            "max_iter": 1,
            # By default torch grants one look in all for one iteration, so none for the line search.
            "max_eval": 26,
            "history_size": self.history_size,
            "line_search_fn": "strong_wolfe",
        }


def is_optimizer_class(value: Any) -> bool:
    """Return whether a value is a class of ``torch.optim``, or builds on one."""
    return isinstance(value, type) and issubclass(value, torch.optim.Optimizer)
