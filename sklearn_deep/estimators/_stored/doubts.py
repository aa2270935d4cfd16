"""Conversion of the warnings of a fit for a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from sklearn_deep._shared import Doubt, ScaleWarning

_CATEGORIES: dict[str, type[Warning]] = {
    kind.__name__: kind for kind in (ScaleWarning, ConvergenceWarning, RuntimeWarning, UserWarning)
}


def doubts_to_store(doubts: Sequence[Doubt]) -> list[dict[str, Any]]:
    """Return the warnings as dicts with category and text."""
    return [
        doubt._asdict()
        | {"warning": {"category": type(doubt.warning).__name__, "text": str(doubt.warning)}}
        for doubt in doubts
    ]


def doubts_of(stored: Sequence[dict[str, Any]]) -> list[Doubt]:
    """Return the warnings from their stored form."""
    return [Doubt(**one | {"warning": _warning(one["warning"])}) for one in stored]


def _warning(stored: dict[str, str]) -> Warning:
    return _CATEGORIES[stored["category"]](stored["text"])
