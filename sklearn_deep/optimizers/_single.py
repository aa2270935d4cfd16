"""Optimizers of torch, which train one network at a time."""

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
    """Base class of optimizers of torch. Their networks are trained one at a time, not as a population.

    Parameters
    ----------
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.
    """

    def build(self, parameters: list[Tensor], learning_rate: float) -> torch.optim.Optimizer:
        """Return torch's optimizer of the parameters of one network.

        Parameters
        ----------
        parameters : list of Tensor
            Leaf tensors that hold the network's weights.
        learning_rate : float > 0
            Learning rate, unless the optimizer sets its own.
        """
        kind, options = self.torch_equivalent()
        return kind(parameters, **{"lr": learning_rate} | options)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class TorchOptimizer(SingleOptimizer):
    """Any subclass of ``torch.optim.Optimizer``, also from other libraries.

    If this library has the same rule, such as ``Adam``, prefer it: it is faster, and on a GPU many
    networks of a search are trained together.

    Parameters
    ----------
    optimizer_class : subclass of torch.optim.Optimizer
        Called with a list of tensors, ``lr`` and the options.
    options : dict or None, default=None
        Further keyword arguments, without the learning rate, which is a parameter of the estimator.
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
        """Return the plug-in for a class of torch that was passed as a parameter.

        Parameters
        ----------
        optimizer_class : subclass of torch.optim.Optimizer
            The class.
        """
        return cls(optimizer_class).check()

    def check(self) -> TorchOptimizer:
        """Return the plug-in itself; raise an error if torch's class rejects the options."""
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
        """Make one step with a matrix and a bias: some classes reject options or shapes only then."""
        parameters = [torch.zeros(2, 2), torch.zeros(2)]
        optimizer = self.build(parameters, learning_rate=1e-3)
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter)
        optimizer.step(lambda: torch.zeros(()))  # type: ignore[arg-type,return-value]


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class LBFGS(SingleOptimizer):
    """Limited-memory BFGS on all samples at once, with a strong Wolfe line search.

    Each epoch is one iteration: a search direction, and up to 25 evaluations of the objective along it.
    ``learning_rate`` is not used. Use it for small data and smooth objectives, since noise and dropout
    mislead the line search.

    Parameters
    ----------
    history_size : int >= 1, default=10
        Number of past steps from which the curvature is estimated.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``. The line search then receives gradients that are not those of J.

    References
    ----------
    Nocedal and Wright, "Numerical optimization", 2006, algorithms 7.4 and 3.5, as implemented by
    ``torch.optim.LBFGS``.
    """

    history_size: int = 10

    full_batch: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Optimizer._parameter_constraints,
        "history_size": [Interval(Integral, 1, None, closed="left")],
    }

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.LBFGS`` and its arguments, including the step size 1."""
        return torch.optim.LBFGS, {
            "lr": 1.0,
            "max_iter": 1,
            # torch's default for one iteration is a single evaluation, which leaves none for the
            # line search.
            "max_eval": 26,
            "history_size": self.history_size,
            "line_search_fn": "strong_wolfe",
        }


def is_optimizer_class(value: Any) -> bool:
    """Return whether a value is a subclass of ``torch.optim.Optimizer``."""
    return isinstance(value, type) and issubclass(value, torch.optim.Optimizer)
