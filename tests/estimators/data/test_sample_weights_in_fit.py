"""A sample of weight zero counts as absent, and a sample of weight two counts twice."""

import numpy as np
import pytest

from sklearn_deep import MLPClassifier, MLPRegressor

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(30, 3)), rng.normal(size=(20, 3))
Y, Y_VAL = np.arange(30) % 3, np.arange(20) % 3
WEIGHT, WEIGHT_VAL = np.arange(30) // 10, np.arange(20) % 4  # 0, 1 and 2; 0 to 3
PARAMS = {"max_epochs": 15, "learning_rate": 0.01, "batch_size": 90, "dtype": "float64"}
KINDS = pytest.mark.parametrize(
    "mlp",
    [
        MLPClassifier((8,), weight_decay=0.1, **PARAMS, random_state=0),
        MLPClassifier((8,), class_weight="balanced", **PARAMS, random_state=0),
        MLPRegressor((8,), normalization="layer", **PARAMS, random_state=0),
    ],
    ids=["penalized", "balanced", "regressor"],
)


def outputs(mlp):
    return mlp.predict(X) if isinstance(mlp, MLPRegressor) else mlp.decision_function(X)


def repeated(array, weight):
    return np.repeat(array, weight, axis=0)


@KINDS
def test_weighted_rows_train_as_repeated_rows_do(mlp):
    weighted = outputs(mlp.fit(X, Y, WEIGHT))
    again = outputs(mlp.fit(repeated(X, WEIGHT), repeated(Y, WEIGHT)))
    np.testing.assert_allclose(weighted, again, rtol=1e-9)
    assert not np.allclose(weighted, outputs(mlp.fit(X, Y)))


@KINDS
def test_weighted_rows_are_recorded_as_repeated_rows_are(mlp):
    validation = {"X_val": X_VAL, "y_val": Y_VAL, "sample_weight_val": WEIGHT_VAL}
    weighted = mlp.fit(X, Y, WEIGHT, **validation).history_
    validation = {"X_val": repeated(X_VAL, WEIGHT_VAL), "y_val": repeated(Y_VAL, WEIGHT_VAL)}
    again = mlp.fit(repeated(X, WEIGHT), repeated(Y, WEIGHT), **validation).history_
    assert weighted.keys() == again.keys()
    for name in weighted.keys() - {"seconds"}:
        np.testing.assert_allclose(weighted[name], again[name], rtol=1e-9)


@KINDS
def test_only_the_ratio_of_weights_counts(mlp):
    plain = outputs(mlp.fit(X, Y))
    assert np.array_equal(outputs(mlp.fit(X, Y, np.full(30, 0.1))), plain)
    weighted = outputs(
        mlp.fit(X, Y, WEIGHT, X_val=X_VAL, y_val=Y_VAL, sample_weight_val=WEIGHT_VAL)
    )
    for scale in (3.0, 1e300, 1e-300):
        validation = {"X_val": X_VAL, "y_val": Y_VAL, "sample_weight_val": scale * WEIGHT_VAL}
        mlp.set_params(dtype="float32").fit(X, Y, scale * WEIGHT, **validation)
        np.testing.assert_allclose(outputs(mlp), weighted, rtol=1e-3, atol=1e-5)
        assert np.isfinite(mlp.history_["val_loss"]).all()


def test_a_row_without_weight_is_absent_from_batch_statistics():
    mlp = MLPClassifier((8,), normalization="batch", **PARAMS, random_state=0)
    weighted = outputs(mlp.fit(X, Y, WEIGHT > 0))
    absent = outputs(mlp.fit(X[WEIGHT > 0], Y[WEIGHT > 0]))
    np.testing.assert_allclose(weighted, absent, rtol=1e-6)


def test_one_number_weights_all_rows_alike():
    mlp = MLPRegressor((8,), **PARAMS, random_state=0)
    np.testing.assert_allclose(outputs(mlp.fit(X, Y, 2.0)), outputs(mlp.fit(X, Y)), rtol=1e-9)
