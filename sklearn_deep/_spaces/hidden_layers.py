"""Random numbers and widths of hidden layers, for ``hidden_layer_sizes``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from numbers import Integral
from typing import Any, Literal, cast

import numpy as np
from scipy.stats import randint

from sklearn_deep._compat.sklearn import (
    Interval,
    InvalidParameterError,
    StrOptions,
    validate_parameter_constraints,
)
from sklearn_deep._spaces.distribution import random_source, uniforms
from sklearn_deep._spaces.int_loguniform import int_loguniform
from sklearn_deep._spaces.quantiles import (
    neighborhood,
    quantile_of,
    value_at,
)

CONSTRAINTS = {
    "scale": [StrOptions({"linear", "log"})],
    "shape": [StrOptions({"free", "constant", "funnel"})],
    "multiple_of": [Interval(Integral, 1, None, closed="left")],
}


@dataclass(frozen=True)
class hidden_layers:  # noqa: N801 - as scipy names its distributions
    """Tuples of layer widths, such as (128, 64), for ``hidden_layer_sizes``.

    The number of layers is drawn uniformly. Each width is drawn, on the axis ``scale``, from the multiples
    of ``multiple_of`` within ``n_units``. Ranges include both ends.

    Parameters
    ----------
    n_layers : int >= 0 or tuple of int (low, high), default=(1, 3)
        Number of hidden layers. With 0, the network is linear.
    n_units : int >= 1 or tuple of int (low, high), default=(16, 256)
        Number of units per layer.
    scale : {"linear", "log"}, default="linear"
        ``"linear"``: all widths are equally likely. ``"log"``: log-uniform, as ``int_loguniform``, so
        that 16 to 32 is about as likely as 128 to 256.
    shape : {"free", "constant", "funnel"}, default="free"
        ``"free"``: each width is drawn independently. ``"constant"``: one width is drawn for all
        layers. ``"funnel"``: drawn independently, then sorted with the widest layer first.
    multiple_of : int >= 1, default=1
        Every width is a multiple of this number, which reduces the number of different networks.

    Raises
    ------
    ValueError
        If a parameter is invalid, or no multiple of ``multiple_of`` is within ``n_units``.

    See Also
    --------
    int_loguniform : Draws one integer.

    References
    ----------
    Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012, who draw
    depths and widths in this way.

    Examples
    --------
    >>> from sklearn_deep.model_selection import hidden_layers
    >>> layers = hidden_layers((1, 3), (16, 256), scale="log", shape="funnel", multiple_of=16)
    >>> list(layers.rvs(size=4, random_state=0))
    [(96, 64), (80, 32), (240, 176), (128, 48)]

    ``AutoencoderTransformer`` accepts it, too, as ``encoder_layer_sizes``.
    """

    n_layers: int | tuple[int, int] = (1, 3)
    n_units: int | tuple[int, int] = (16, 256)
    scale: Literal["linear", "log"] = "linear"
    shape: Literal["free", "constant", "funnel"] = "free"
    multiple_of: int = 1

    def __post_init__(self) -> None:
        given = {name: getattr(self, name) for name in CONSTRAINTS}
        validate_parameter_constraints(CONSTRAINTS, given, type(self).__name__)
        object.__setattr__(self, "n_layers", pair("n_layers", self.n_layers, at_least=0))
        object.__setattr__(self, "n_units", pair("n_units", self.n_units, at_least=1))
        object.__setattr__(self, "multiple_of", int(self.multiple_of))
        low, high = self._multiples
        if low > high:
            raise InvalidParameterError(
                "The 'n_units' parameter of hidden_layers must contain a multiple of multiple_of="
                f"{self.multiple_of}, got {self.n_units!r}."
            )

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draw random tuples of layer widths.

        Parameters
        ----------
        size : int or tuple of int, default=None
            Shape of the array to draw; ``None`` draws one tuple.
        random_state : int, RandomState, Generator or None, default=None
            Source of randomness. ``None`` uses numpy's global generator; other values do not change it.

        Returns
        -------
        tuple of int, or ndarray of shape ``size`` of tuples
        """
        source = random_source(random_state)
        if size is None:
            return self._draw(source)
        drawn = np.empty(size, dtype=object)
        for index in np.ndindex(drawn.shape):
            drawn[index] = self._draw(source)
        return drawn

    def narrowed(self, winners: Sequence[Sequence[int]]) -> hidden_layers:
        """Return a distribution with the depths and widths around those of the best candidates.

        Parameters
        ----------
        winners : sequence of tuple of int
            Layer widths of the best candidates, the best first.

        Returns
        -------
        hidden_layers
        """
        depths = ends_around(self._depths, [[len(widths)] for widths in winners])
        multiples = [np.asarray(widths) / self.multiple_of for widths in winners if len(widths)]
        if not multiples:
            return replace(self, n_layers=depths)
        low, high = ends_around(self._widths, multiples)
        return replace(
            self, n_layers=depths, n_units=(low * self.multiple_of, high * self.multiple_of)
        )

    def holds(self, value: Any) -> bool:
        """Return whether a value can be drawn.

        Parameters
        ----------
        value : object
            Any value; only tuples and lists of integers can be drawn.

        Returns
        -------
        bool
        """
        if not isinstance(value, tuple | list) or self._depths.pmf(len(value)) == 0:
            return False
        if not all(isinstance(width, Integral) for width in value):
            return False
        drawn = all(self._widths.pmf(width / self.multiple_of) > 0 for width in value)
        return drawn and list(value) == self._shaped(value)

    def _draw(self, source: Any) -> tuple[int, ...]:
        # Drawn through quantiles, as all distributions here are.
        depth = int(value_at(self._depths, uniforms(None, source)))
        n_draws = 1 if self.shape == "constant" else depth
        widths = value_at(self._widths, uniforms(n_draws, source)).astype(int) * self.multiple_of
        if self.shape == "constant":
            widths = np.repeat(widths, depth)
        return tuple(self._shaped(widths.tolist()))

    def _shaped(self, widths: Sequence[int]) -> list[int]:
        if self.shape == "constant":
            return [*widths[:1]] * len(widths)
        return sorted(widths, reverse=True) if self.shape == "funnel" else list(widths)

    @property
    def _depths(self) -> Any:
        return _uniform_integers(*cast(tuple[int, int], self.n_layers))

    @property
    def _widths(self) -> Any:
        """The distribution of a width divided by ``multiple_of``."""
        return (_uniform_integers if self.scale == "linear" else int_loguniform)(*self._multiples)

    @property
    def _multiples(self) -> tuple[int, int]:
        low, high = cast(tuple[int, int], self.n_units)
        return -(-low // self.multiple_of), high // self.multiple_of


@cache  # because scipy takes a millisecond to create one
def _uniform_integers(low: int, high: int) -> Any:
    return randint(low, high + 1)


def ends_around(distribution: Any, winners: Sequence[Any]) -> tuple[int, int]:
    """Return the ends of the neighborhood of the best candidates, which have one or more integers each."""
    around = neighborhood([np.clip(quantile_of(distribution, w), 0, 1) for w in winners])
    low, high = value_at(distribution, around)
    return int(low), int(high)


def pair(name: str, value: Any, at_least: int) -> tuple[int, int]:
    """Return the ends of a range that is given as one integer or as two."""
    ends = tuple(value) if isinstance(value, Iterable) else (value, value)
    whole = all(isinstance(end, Integral) for end in ends)
    if not whole or len(ends) != 2 or not at_least <= ends[0] <= ends[1]:
        raise InvalidParameterError(
            f"The {name!r} parameter of hidden_layers must be an integer >= {at_least} or "
            f"(low, high), the ends of a range of such integers, got {value!r}."
        )
    return int(ends[0]), int(ends[1])
