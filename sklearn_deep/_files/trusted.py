"""The types that a file written by the library may contain."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import sklearn.metrics
import sklearn.model_selection
from sklearn.base import BaseEstimator

_LIBRARY = "sklearn_deep"
# Importing these packages imports all estimators and plug-ins.
_PACKAGES = ("ensemble", "estimators", "inspection", "model_selection", "preprocessing")
# Types in estimators other than plug-ins, other estimators, and types that skops itself trusts.
_PARTS = (
    "sklearn_deep._shared.averaging.AveragingTask",
    "sklearn_deep._spaces.hidden_layers.hidden_layers",
    "sklearn_deep._spaces.int_loguniform.int_loguniform",
    "sklearn_deep._spaces.one_minus_loguniform.one_minus_loguniform",
    "sklearn_deep.inspection._bias_variance.report.BiasVarianceReport",
    "sklearn_deep.inspection._bias_variance.training_facts.TrainingFacts",
    "sklearn_deep.inspection._common.findings.Advice",
    "sklearn_deep.model_selection._tuner.steps.TunerStep",
    "sklearn_deep.model_selection._tuner.steps.TunerSteps",
    "sklearn_deep.preprocessing._column_kinds.ColumnsOf",
    "sklearn_deep.preprocessing._column_kinds.as_categories",
    "sklearn_deep.preprocessing._column_kinds.as_dates",
    "sklearn_deep.preprocessing._column_kinds.as_numbers",
    "sklearn_deep.preprocessing._column_kinds.date_names",
    "numpy.dtype",
    # Scorers of a search without a scoring, or with several.
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.metrics._scorer._MultimetricScorer",
    # Created by ``set_fit_request``.
    "sklearn.utils._metadata_requests.MetadataRequest",
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
)


def trusted_types() -> list[str]:
    """Return the types to pass as ``trusted`` to ``skops.io.load`` for estimators of this library.

    They are the estimators and plug-ins of this library and the types that these contain, and the metrics,
    scorers and splitters of scikit-learn. Creating them from a file does not execute code of the file.

    Returns
    -------
    list of str
        Names of the types, with their modules.

    Examples
    --------
    >>> import skops.io
    >>> from sklearn.datasets import load_iris
    >>> from sklearn_deep import MLPClassifier, trusted_types
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((8,), max_epochs=2, early_stopping=None, random_state=0).fit(X, y)
    >>> data = skops.io.dumps(mlp)
    >>> twin = skops.io.loads(data, trusted=trusted_types())
    >>> bool((twin.predict(X) == mlp.predict(X)).all())
    True
    """
    return list(_trusted())


@cache
def _trusted() -> tuple[str, ...]:
    for package in _PACKAGES:
        importlib.import_module(f"{_LIBRARY}.{package}")
    kinds: list[Any] = [*_subclasses(BaseEstimator), *_splitters(), *_of_scorers()]
    return tuple(sorted({*map(_full_name, kinds), *_PARTS}))


def _subclasses(kind: type) -> Iterator[type]:
    """Yield the library's subclasses of a class."""
    own: type
    for own in kind.__subclasses__():
        if own.__module__.partition(".")[0] == _LIBRARY:
            yield own
        yield from _subclasses(own)


def _splitters() -> Iterator[type]:
    """Yield scikit-learn's splitters."""
    for kind in vars(sklearn.model_selection).values():
        if isinstance(kind, type) and hasattr(kind, "get_n_splits"):
            yield kind


def _of_scorers() -> list[Any]:
    """Return the type of scorers, and scikit-learn's metrics, which scorers contain."""
    metrics = (m for m in vars(sklearn.metrics).values() if callable(m) and hasattr(m, "__code__"))
    return [type(sklearn.metrics.get_scorer("r2")), *metrics]


def _full_name(kind: Any) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
