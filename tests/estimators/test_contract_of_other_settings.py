"""scikit-learn's own checks of estimators with settings far from their defaults."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.penalties import L1

WEIGHTED = [f"check_sample_weight_equivalence_on_{kind}_data" for kind in ("dense", "sparse")]
SETTINGS = [
    (
        MLPClassifier(
            (16,),
            normalization="batch",
            penalty=L1(l1=1e-4),
            learning_rate=0.05,
            max_epochs=12,
            early_stopping=False,
        ),
        dict.fromkeys(
            WEIGHTED,
            "the unbiased running variance of two rows is not that of one row of weight 2, and float32 "
            "rounds",
        ),
    ),
    (
        MLPClassifier(
            (16,),
            optimizer="lbfgs",
            augmentation="gaussian",
            weight_decay=0.02,
            warm_start=True,
            max_epochs=8,
            dtype="float64",
        ),
        dict.fromkeys(
            WEIGHTED, "each row gets a noisy copy of its own, a row written twice gets two"
        )
        | dict.fromkeys(
            ("check_supervised_y_2d", "check_classifiers_multilabel_representation_invariance"),
            "fits twice and expects the second fit to begin anew",
        ),
    ),
    (
        MLPRegressor((16,), loss="poisson", optimizer="lbfgs", max_epochs=15, dtype="float64"),
        {"check_regressor_multioutput": "has negative targets in spite of the tag positive_only"},
    ),
    (
        AutoencoderTransformer(
            1,
            encoder_layer_sizes=(8,),
            tied_weights=True,
            penalty="contractive",
            max_epochs=8,
            dtype="float64",
        ),
        {},
    ),
    (
        JointAEClassifier(
            3,
            beta=0.9,
            encoder_layer_sizes=(16,),
            head_layer_sizes=(8,),
            head_input="reconstruction",
            code_activation="logistic",
            penalty="code_kl",
            learning_rate=0.05,
            max_epochs=30,
            dtype="float64",
        ),
        {},
    ),
]


def expected_failed_checks(estimator):
    return next(failed for own, failed in SETTINGS if repr(own) == repr(estimator))


@pytest.mark.slow
@parametrize_with_checks(
    [estimator for estimator, _ in SETTINGS], expected_failed_checks=expected_failed_checks
)
def test_every_other_check_of_scikit_learn_passes(estimator, check):
    check(estimator)
