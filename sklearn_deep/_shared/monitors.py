"""Which values of ``history_`` are scores."""

from __future__ import annotations


def larger_is_better(monitor: str) -> bool:
    """Return whether a value of ``history_`` improves as it grows."""
    return monitor.removeprefix("val_") in ("accuracy", "r2")
