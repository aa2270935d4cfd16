"""What fits warn of: told to the user at once, or gathered by whoever runs many fits."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

# Warnings point at the first line outside of these: the user's.
_LIBRARIES = {"sklearn_deep", "sklearn", "joblib", "contextlib"}


class ScaleWarning(UserWarning):
    """Samples or targets are on a scale from which networks learn badly.

    ``fit`` gives it once, with the names of the columns and what brings them to scale, such as a
    ``StandardScaler`` before the network. It changes nothing. To silence it:
    ``warnings.filterwarnings("ignore", category=ScaleWarning)``.
    """


# Shown as users import it.
ScaleWarning.__module__ = "sklearn_deep"


class Doubt(NamedTuple):
    """A warning of one fit, or the same one of several.

    Parameters
    ----------
    kind : str
        What it is about: those of many fits are told together, by kind.
    warning : Warning
        Of one fit.
    n_fits : int, default=1
        Fits that have it.
    n_all : int, default=1
        Fits that could have had it.
    """

    kind: str
    warning: Warning
    n_fits: int = 1
    n_all: int = 1

    @property
    def told(self) -> Warning:
        """The warning as the user reads it."""
        if self.n_all == 1:
            return self.warning
        return type(self.warning)(f"{self.n_fits} of {self.n_all} fits: {self.warning}")


_GATHERED: ContextVar[list[Doubt] | None] = ContextVar("gathered doubts", default=None)


@contextmanager
def gathered() -> Iterator[list[Doubt]]:
    """Gather what is told inside the block, in this thread, instead of warning."""
    found: list[Doubt] = []
    token = _GATHERED.set(found)
    try:
        yield found
    finally:
        _GATHERED.reset(token)


def tell(doubts: Iterable[Doubt]) -> None:
    """Warn the user, or hand doubts to whoever gathers them."""
    gathering = _GATHERED.get()
    for doubt in doubts:
        if gathering is None:
            warn_user(doubt.told)
        else:
            gathering.append(doubt)


def by_kind(doubts_of_fits: Sequence[Sequence[Doubt]]) -> list[Doubt]:
    """Return one doubt of each kind, with the number of fits that have it."""
    each = [doubt._replace(n_fits=1) for doubts in doubts_of_fits for doubt in summed(doubts, 1)]
    return summed(each, len(doubts_of_fits))


def summed(doubts: Iterable[Doubt], n_all: int) -> list[Doubt]:
    """Return one doubt of each kind for those of several rounds of fits, ``n_all`` fits together."""
    found: dict[str, Doubt] = {}
    for doubt in doubts:
        before = found.get(doubt.kind, doubt._replace(n_fits=0))  # the first one's words
        found[doubt.kind] = before._replace(n_fits=before.n_fits + doubt.n_fits, n_all=n_all)
    return list(found.values())


def warn_user(warning: Warning) -> None:
    """Warn at the line of the user that led here, through whatever libraries."""
    # Decorators and pipelines put different numbers of frames in between, by version.
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _is_skipped(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)


def _is_skipped(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES
