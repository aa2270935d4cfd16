"""scikit-learn's own checks of the ensembles."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor

SHORT = {"hidden_layer_sizes": (50,), "max_epochs": 12, "learning_rate": 0.02, "dtype": "float64"}
SHORT |= {"early_stopping": None, "random_state": 0}


@pytest.mark.slow
@parametrize_with_checks(
    [
        kind(inner(**SHORT), n_estimators=2, resampling=resampling)
        for kind, inner in (
            (DeepEnsembleClassifier, MLPClassifier),
            (DeepEnsembleRegressor, MLPRegressor),
        )
        for resampling in ("seeds", "folds")
    ],
    expected_failed_checks=lambda ensemble: (
        {}
        if ensemble.resampling == "seeds"
        else {
            f"check_sample_weight_equivalence_on_{kind}_data": "a sample written twice may be in two folds"
            for kind in ("dense", "sparse")
        }
    ),
)
def test_every_check_of_scikit_learn_passes(estimator, check):
    check(estimator)
