"""The private names of scikit-learn that the library uses, all in one place.

A new release of scikit-learn that renames one of them asks for a change here and nowhere else.
``sklearn`` holds functions and classes, ``sklearn_callbacks`` the callbacks of scikit-learn 1.9
and what stands in for them in older releases.
"""

from sklearn_deep._compat.sklearn import (
    BaseSearchCV,
    Estimator,
    HasMethods,
    Interval,
    InvalidParameterError,
    StrOptions,
    check_feature_names_in,
    check_matplotlib_support,
    check_method_params,
    check_sample_weight,
    function_of_scorer,
    num_samples,
    safe_split,
    validate_parameter_constraints,
)
from sklearn_deep._compat.sklearn_callbacks import (
    CallbackSupportMixin,
    has_callbacks,
    own_callbacks,
    propagates_callbacks,
    with_callbacks,
)

__all__ = [
    "BaseSearchCV",
    "CallbackSupportMixin",
    "Estimator",
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "StrOptions",
    "check_feature_names_in",
    "check_matplotlib_support",
    "check_method_params",
    "check_sample_weight",
    "function_of_scorer",
    "has_callbacks",
    "num_samples",
    "own_callbacks",
    "propagates_callbacks",
    "safe_split",
    "validate_parameter_constraints",
    "with_callbacks",
]
