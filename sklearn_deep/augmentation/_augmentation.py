"""Base class of augmentations, and the adapter for functions used as augmentations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Generator, Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Augmentation(Plugin):
    """Base class of augmentations: new samples that are *added* to each batch, during training only.

    Parameters
    ----------
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.
    """

    copies: int = 1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "copies": [Interval(Integral, 1, None, closed="left")]
    }

    @abstractmethod
    def augment(
        self, x: Tensor, y: Tensor, weight: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """Return one new sample, with its target, for each sample of a batch.

        Parameters
        ----------
        x : Tensor of shape (n_samples, n_features)
            Samples of a batch. They must not be changed in place.
        y : Tensor of shape (n_samples, n_outputs)
            Their targets: numbers, or one probability per class.
        weight : Tensor of shape (n_samples,)
            Sample weights >= 0; 0 for padding of the batch.
        generator : torch.Generator
            The only source of randomness.

        Returns
        -------
        x : Tensor of shape (n_samples, n_features)
        y : Tensor of shape (n_samples, n_outputs)
        """

    def check_features(self, n_features: int, *, owner: str) -> None:
        """Raise an error if samples with ``n_features`` features cannot be augmented.

        The base class accepts any number; augmentations of images override this method.

        Parameters
        ----------
        n_features : int
            Number of columns of ``X``.
        owner : str
            Name of the estimator that received ``X``, for the error message.
        """


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallableAugmentation(Augmentation):
    """Adapter that makes an augmentation of a function; new samples keep the target of their original.

    Parameters
    ----------
    function : callable
        ``f(x, generator)`` receives samples of shape ``(n_samples, n_features)``, which it may change
        in place, and returns new samples of the same shape. It should draw its random numbers from
        ``generator``.
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.

    Examples
    --------
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.augmentation import CallableAugmentation
    >>> def mirrored(x, generator):
    ...     return x.flip(-1)
    >>> once = MLPClassifier(augmentation=mirrored)
    >>> twice = MLPClassifier(augmentation=CallableAugmentation(mirrored, copies=2))
    """

    function: Callable[[Tensor, Generator], Tensor] = field(kw_only=False)

    def augment(
        self, x: Tensor, y: Tensor, weight: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """Call the function on a copy and check the shape of the returned samples."""
        made = self.function(x.clone(), generator)
        made = torch.as_tensor(made) if isinstance(made, np.ndarray) else made
        if not isinstance(made, Tensor) or made.shape != x.shape:
            given = tuple(made.shape) if isinstance(made, Tensor) else repr(made)
            raise ValueError(
                f"The augmentation {self.function!r} must return samples of the shape it received, "
                f"{tuple(x.shape)}, got {given}."
            )
        return made.detach().to(x), y


def uniform(n_rows: int, generator: Generator, like: Tensor) -> Tensor:
    """Return ``(n_rows,)`` float64 numbers on [0, 1), identical for float32 and float64 samples.

    Parameters
    ----------
    n_rows : int
    generator : torch.Generator
        The only source of randomness.
    like : Tensor
        The numbers are returned on the device of this tensor.
    """
    draw = torch.rand(n_rows, generator=generator, dtype=torch.float64, device=generator.device)
    return draw.to(like.device)
