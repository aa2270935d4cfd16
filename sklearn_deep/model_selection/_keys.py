"""What makes two computations the same."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from numbers import Number
from typing import Any

import joblib


def key_of(before: Hashable, *parts: Any) -> Hashable:
    """Return a key that is equal for equal parts, of equal parameters and state, after equal keys.

    None, which is like no other, where ``before`` is None or a part cannot be compared.
    """
    if before is None:
        return None
    try:
        return before, tuple(map(_comparable, parts))
    except Exception:  # noqa: BLE001 - whatever a part's pickling raises
        return None


def digest_of(part: Any) -> str | None:
    """Return what is equal for equal parts in any process; None where a part cannot be pickled."""
    try:
        digest: str = joblib.hash(part)
    except Exception:  # noqa: BLE001
        return None
    return digest


def _comparable(part: Any) -> Hashable:
    """Return a value that compares as a part does: hashing each estimator would take milliseconds."""
    if part is None or isinstance(part, str | Number | type):
        return type(part), part
    if isinstance(part, list | tuple):
        return type(part), tuple(map(_comparable, part))
    if isinstance(part, Mapping):
        return type(part), tuple((name, _comparable(value)) for name, value in part.items())
    if hasattr(part, "get_params"):
        params = part.get_params(deep=False)
        if vars(part).keys() == params.keys():  # it has no other state
            return type(part), _comparable(params)
    digest: str = joblib.hash(part)
    return digest
