"""Limits on the time of fits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


def monotonic_seconds() -> float:
    """Return the time of a clock that is never set back."""
    return time.monotonic()


class TimeLimit:
    """A number of seconds of wall-clock time, counted from now.

    Parameters
    ----------
    seconds : float
        Less than 0 for a limit that has passed.

    Attributes
    ----------
    has_cut : bool
        Whether it has ended a training.
    """

    def __init__(self, seconds: float) -> None:
        self._end = monotonic_seconds() + seconds
        self.has_cut = False

    def part(self, share: float) -> TimeLimit:
        """Return a limit after a share, in (0, 1], of the seconds that are left."""
        return TimeLimit(share * self.seconds_left)

    def shorten(self, other: TimeLimit) -> None:
        """End when another limit ends, if that is earlier."""
        self._end = min(self._end, other._end)

    @property
    def seconds_left(self) -> float:
        """Seconds until the limit; less than 0 after it."""
        return self._end - monotonic_seconds()

    @property
    def is_over(self) -> bool:
        """Whether the limit has passed."""
        return self.seconds_left <= 0

    # Monotonic clocks of two machines have nothing in common, so pickles hold the time of day.
    def __getstate__(self) -> dict[str, Any]:
        return {"time_of_day": time.time() + self.seconds_left}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["time_of_day"] - time.time())  # type: ignore[misc]


_PRESENT: ContextVar[TimeLimit | None] = ContextVar("present time limit", default=None)


def present_time_limit() -> TimeLimit | None:
    """Return the limit of the block that is running, in this thread; None if there is none."""
    return _PRESENT.get()


@contextmanager
def within_time(limit: TimeLimit | None) -> Iterator[None]:
    """End the trainings of the block at a limit, each after at least one epoch; None changes nothing.

    Inside another limit that ends earlier, it is shortened to that.
    """
    if limit is None:
        yield
        return
    outer = _PRESENT.get()
    if outer is not None:
        limit.shorten(outer)
    token = _PRESENT.set(limit)
    try:
        yield
    finally:
        _PRESENT.reset(token)
        if outer is not None and outer.is_over:
            outer.has_cut |= limit.has_cut
