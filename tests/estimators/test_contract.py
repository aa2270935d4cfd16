"""scikit-learn's own checks of an estimator, none skipped.

The tests give the estimators few epochs, as scikit-learn does for its own networks, and repeat with the
defaults the checks that depend on how well they learn. ``make fuzz`` runs all checks with the defaults.
"""

import os

import pytest
from sklearn.base import is_classifier
from sklearn.utils.estimator_checks import (
    check_classifiers_train,
    check_regressors_train,
    check_sample_weight_equivalence_on_dense_data,
    parametrize_with_checks,
)

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)

SHORT = {} if "FUZZ_CASES" in os.environ else {"max_epochs": 12, "learning_rate": 0.02}
NARROW = {} if "FUZZ_CASES" in os.environ else {"hidden_layer_sizes": (100,)}
SUPERVISED = [MLPClassifier, MLPRegressor, JointAEClassifier, JointAERegressor]
ESTIMATORS = [*SUPERVISED, AutoencoderTransformer, AutoencoderOutlierDetector]
FLOAT32_ROUNDING = {
    f"check_sample_weight_equivalence_on_{kind}_data": "float32 rounding: weight 2 and a sample "
    "written twice are summed in another order; some epochs later predictions differ by 1e-7 "
    "relative, which is the check's bound for its float64 input. dtype='float64' passes."
    for kind in ("dense", "sparse")
}


def expected_failed_checks(estimator):
    return FLOAT32_ROUNDING if estimator.dtype == "float32" else {}


@pytest.mark.slow
@parametrize_with_checks(
    [
        kind(**SHORT, **(NARROW if kind in (MLPClassifier, MLPRegressor) else {}), dtype=dtype)
        for kind in ESTIMATORS
        for dtype in ("float32", "float64")
    ],
    expected_failed_checks=expected_failed_checks,
)
def test_every_check_of_scikit_learn_passes(estimator, check):
    check(estimator)


@pytest.mark.slow
@pytest.mark.parametrize("kind", SUPERVISED)
def test_with_its_defaults_an_estimator_learns_what_scikit_learn_expects(kind):
    check = check_classifiers_train if is_classifier(kind()) else check_regressors_train
    check(kind.__name__, kind())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ESTIMATORS)
def test_weight_2_is_a_sample_twice_through_all_epochs_of_the_defaults(kind):
    check_sample_weight_equivalence_on_dense_data(kind.__name__, kind(dtype="float64"))
