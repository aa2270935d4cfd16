"""Conversion of the private attributes of a fitted estimator for a file, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sklearn_deep.estimators._stored.doubts import doubts_of, doubts_to_store
from sklearn_deep.estimators._stored.hosted import hosted_of, hosted_to_store
from sklearn_deep.estimators._stored.requests import requests_to_store
from sklearn_deep.estimators._stored.training_state import (
    training_state_of,
    training_state_to_store,
)
from sklearn_deep.estimators._tasks import Labels

# Restored by methods of the estimator.
REQUESTS = "_metadata_request"


class _Form(NamedTuple):
    """Functions that convert an attribute for storage and back; None remains None."""

    store: Callable[[Any], Any]
    restore: Callable[[Any], Any]


_FORMS = {
    "_hosted": _Form(hosted_to_store, hosted_of),
    "_training_state": _Form(training_state_to_store, training_state_of),
    "_labels": _Form(Labels._asdict, lambda stored: Labels(**stored)),
    "_doubted": _Form(doubts_to_store, doubts_of),
    REQUESTS: _Form(requests_to_store, lambda stored: stored),
}


def state_to_store(state: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of an estimator in their stored form."""
    return {name: _changed(name, value, "store") for name, value in state.items()}


def state_of(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of an estimator from their stored form."""
    return {name: _changed(name, value, "restore") for name, value in stored.items()}


def _changed(name: str, value: Any, way: str) -> Any:
    if value is None or name not in _FORMS:
        return value
    return getattr(_FORMS[name], way)(value)
