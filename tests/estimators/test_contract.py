"""Scikit-learn's own checks of an estimator, none skipped."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)

FLOAT32_ROUNDING = {
    f"check_sample_weight_equivalence_on_{kind}_data": "float32 rounding: weight 2 and a row written "
    "twice are summed in another order; 200 epochs later predictions differ by 1e-7 relative, which "
    "is the check's bound for its float64 input. dtype='float64' passes."
    for kind in ("dense", "sparse")
}


def expected_failed_checks(estimator):
    return FLOAT32_ROUNDING if estimator.dtype == "float32" else {}


@parametrize_with_checks(
    [
        MLPClassifier(),
        MLPRegressor(),
        MLPClassifier(dtype="float64"),
        MLPRegressor(dtype="float64"),
        AutoencoderTransformer(),
        JointAEClassifier(),
        JointAERegressor(),
        AutoencoderTransformer(dtype="float64"),
        JointAEClassifier(dtype="float64"),
        JointAERegressor(dtype="float64"),
    ],
    expected_failed_checks=expected_failed_checks,
)
def test_every_check_of_scikit_learn_passes(estimator, check):
    check(estimator)
