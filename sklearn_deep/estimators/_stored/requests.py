"""Conversion of metadata requests for a file."""

from __future__ import annotations

from typing import Any

from sklearn import config_context

_METHODS = ("fit", "partial_fit", "predict", "predict_proba", "score", "transform")


def requests_to_store(requests: Any) -> dict[str, dict[str, Any]]:
    """Return the requests of each method, without scikit-learn's object, which refers to the estimator."""
    found = {name: getattr(requests, name).requests for name in _METHODS}
    return {name: dict(own) for name, own in found.items() if own}


def put_back(estimator: Any, stored: dict[str, dict[str, Any]]) -> None:
    """Set the stored requests on an estimator."""
    with config_context(enable_metadata_routing=True):
        for name, own in stored.items():
            getattr(estimator, f"set_{name}_request")(**own)
