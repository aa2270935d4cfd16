"""Warnings of fits, which are shown at once or, if many fits run, collected and summarized."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

# A warning points at the first line of code outside of these libraries, which is the user's.
_LIBRARIES = {"sklearn_deep", "sklearn", "joblib", "contextlib"}


class ScaleWarning(UserWarning):
    """Samples or targets have a scale from which networks learn badly.

    ``fit`` gives it once. It names the columns, and a remedy such as a ``StandardScaler`` before the
    network. Nothing is changed. To silence it:
    ``warnings.filterwarnings("ignore", category=ScaleWarning)``.
    """


# Set so that its name is shown as users import it.
ScaleWarning.__module__ = "sklearn_deep"


class Doubt(NamedTuple):
    """A warning of one fit, or the same warning of several fits.

    Parameters
    ----------
    kind : str
        Subject of the warning. Warnings of many fits are summarized by kind.
    warning : Warning
        The warning of one fit.
    n_fits : int, default=1
        Number of fits that gave it.
    n_all : int, default=1
        Number of fits in total.
    """

    kind: str
    warning: Warning
    n_fits: int = 1
    n_all: int = 1

    @property
    def told(self) -> Warning:
        """The warning that is shown to the user."""
        if self.n_all == 1:
            return self.warning
        return type(self.warning)(f"{self.n_fits} of {self.n_all} fits: {self.warning}")


_GATHERED: ContextVar[list[Doubt] | None] = ContextVar("gathered doubts", default=None)


@contextmanager
def gathered() -> Iterator[list[Doubt]]:
    """Collect, inside the block and in this thread, warnings instead of showing them."""
    found: list[Doubt] = []
    token = _GATHERED.set(found)
    try:
        yield found
    finally:
        _GATHERED.reset(token)


def tell(doubts: Iterable[Doubt]) -> None:
    """Show warnings to the user, or add them to the enclosing ``gathered`` block."""
    gathering = _GATHERED.get()
    for doubt in doubts:
        if gathering is None:
            warn_user(doubt.told)
        else:
            gathering.append(doubt)


def by_kind(doubts_of_fits: Sequence[Sequence[Doubt]]) -> list[Doubt]:
    """Return one warning per kind, with the number of fits that gave it."""
    each = [doubt._replace(n_fits=1) for doubts in doubts_of_fits for doubt in summed(doubts, 1)]
    return summed(each, len(doubts_of_fits))


def summed(doubts: Iterable[Doubt], n_all: int) -> list[Doubt]:
    """Return one warning per kind for several rounds of fits, ``n_all`` fits in total."""
    found: dict[str, Doubt] = {}
    for doubt in doubts:
        before = found.get(doubt.kind, doubt._replace(n_fits=0))  # keep the words of the first one
        found[doubt.kind] = before._replace(n_fits=before.n_fits + doubt.n_fits, n_all=n_all)
    return list(found.values())


def warn_user(warning: Warning) -> None:
    """Show a warning at the line of the user's code that led here."""
    # The number of frames between differs by version, because of decorators and pipelines.
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _is_skipped(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)


def _is_skipped(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES
