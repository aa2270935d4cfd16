"""The private names of scikit-learn that the library uses, all in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    InvalidParameterError,
    Options,
    StrOptions,
)
from sklearn.utils._param_validation import (
    validate_parameter_constraints as _validate,
)
from sklearn.utils.metaestimators import _safe_split as safe_split
from sklearn.utils.validation import _check_feature_names_in as check_feature_names_in
from sklearn.utils.validation import _check_method_params as check_method_params
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import _num_samples as num_samples

from sklearn_deep._shared import ExplainsNames

__all__ = [
    "BaseSearchCV",
    "Estimator",
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "Options",
    "StrOptions",
    "check_feature_names_in",
    "check_matplotlib_support",
    "check_method_params",
    "check_sample_weight",
    "function_of_scorer",
    "num_samples",
    "safe_split",
    "validate_parameter_constraints",
]


class Estimator(ExplainsNames):
    """An estimator that looks at the signature of its class once, not at every ``get_params``.

    That was a quarter of the time in which a search plans a fit.
    """

    @classmethod
    @cache
    def _get_param_names(cls) -> list[str]:
        names: list[str] = super()._get_param_names()
        return names

    def _validate_params(self) -> None:
        validate_parameter_constraints(
            self._parameter_constraints,
            self.get_params(deep=False),
            caller_name=type(self).__name__,
        )


def validate_parameter_constraints(
    constraints: Mapping[str, Any], params: Mapping[str, Any], caller_name: str
) -> None:
    """Raise where a parameter is out of its range, with the public names of the library's classes."""
    try:
        _validate(constraints, params, caller_name=caller_name)
    except InvalidParameterError as error:
        words = re.sub(r"'sklearn_deep\.[\w.]*\b(\w+)'", r"\1", str(error))
        raise InvalidParameterError(words) from None


def function_of_scorer(scorer: Any) -> tuple[Callable[..., float], int] | None:
    """Return the metric that ``make_scorer`` made a scorer of and its sign; None: made otherwise."""
    function = getattr(scorer, "_score_func", None)
    return None if function is None else (function, scorer._sign)
