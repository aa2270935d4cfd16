"""Everything the results of a search depend on; a checkpoint is rejected if any of it differs."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import sklearn
import torch
from sklearn.base import clone

from sklearn_deep._equality import Digest, UnknownValueError

_SETTINGS = (
    *("n_iter", "n_stages", "random_state", "min_epochs", "factor"),
    *("scoring", "refit", "error_score", "device"),
)
# Options of scikit-learn's configuration that affect a fit.
_CONFIGURATION = ("transform_output", "enable_metadata_routing", "array_api_dispatch")


def identity_of(search: Any, data: tuple[Any, ...], splits: Any, digest: Digest) -> dict[str, str]:
    """Return digests of all that the results of a search depend on, and the libraries' versions.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    data : tuple
        Arguments of ``fit``.
    splits : list of (train, test)
    digest : Digest

    Raises
    ------
    ValueError
        If a value cannot be recognized in a later process.
    """
    parts = {
        "the data": data,
        "the folds": (splits, search.cv if hasattr(search.cv, "split") else None),
        # A search clones it, so its fitted attributes do not matter.
        "the estimator": clone(search.estimator),
        "the search space": _space(search.param_distributions),
        "scikit-learn's configuration": [sklearn.get_config().get(n) for n in _CONFIGURATION],
    }
    known = parts | {name: getattr(search, name) for name in _SETTINGS}
    return _versions() | {
        name: _digested(search, name, part, digest) for name, part in known.items()
    }


def _digested(search: Any, name: str, part: Any, digest: Digest) -> str:
    try:
        return digest(part).hex()
    except UnknownValueError as error:
        raise ValueError(
            f"{type(search).__name__} with 'checkpoint' must be able to recognize {name} in a later "
            f"process, but it contains {error}, which cannot be pickled. Replace it, or do not set "
            "'checkpoint'."
        ) from error


def _space(space: Any) -> Any:
    """Return a search space in sorted order, with cloned estimators."""
    if isinstance(space, Mapping):
        return sorted(
            ((name, _values(values)) for name, values in space.items()), key=lambda p: p[0]
        )
    return [_space(part) for part in space]


def _values(values: Any) -> Any:
    return values if hasattr(values, "rvs") else [clone(value, safe=False) for value in values]


def _versions() -> dict[str, str]:
    """Return the versions of libraries whose rounding or random numbers may change between versions."""
    from sklearn_deep import __version__

    libraries = {
        "sklearn_deep": __version__,
        "scikit-learn": sklearn.__version__,
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
    }
    return {f"{name}'s version": version for name, version in libraries.items()}
