"""ONNX graphs give the predictions of their estimators."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.activations import Activation
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.plugins import available

skl2onnx = pytest.importorskip("skl2onnx")
onnxruntime = pytest.importorskip("onnxruntime")
import sklearn_deep.onnx  # noqa: E402, F401

DIGITS, DIGIT = load_digits(return_X_y=True)
DIGITS = DIGITS / 16
CANCER, IS_BENIGN = load_breast_cancer(return_X_y=True)
DIABETES, PROGRESS = load_diabetes(return_X_y=True)
FAST = {"max_epochs": 3, "random_state": 0, "early_stopping": None}


def run(estimator, X, dtype, **options):
    """Convert an estimator and return the outputs of its graph for 1, 7 and 1000 samples, joined."""
    X = np.tile(X, (1 + 1008 // len(X), 1))[:1008].astype(dtype)
    graph = skl2onnx.to_onnx(estimator, X[:1], options=options or None)
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    (name,) = (given.name for given in session.get_inputs())
    parts = [session.run(None, {name: part}) for part in np.split(X, [1, 8])]
    return X, [np.concatenate(column) for column in zip(*parts, strict=True)]


def check_classifier(estimator, X, dtype="float32"):
    X, (labels, probabilities) = run(estimator, X, dtype, zipmap=False)
    np.testing.assert_allclose(probabilities, estimator.predict_proba(X), rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(labels, estimator.predict(X))
    assert len(np.unique(labels)) > 1


def check_regressor(estimator, X, dtype="float32"):
    X, (found,) = run(estimator, X, dtype)
    expected = estimator.predict(X)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(
        found.reshape(expected.shape), expected, rtol=1e-5, atol=1e-5 * scale
    )
    assert np.ptp(found) > 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("names", [None, np.array(list("abcdefghij")), np.arange(10) * 7])
def test_several_classes(dtype, names):
    y = DIGIT if names is None else names[DIGIT]
    mlp = MLPClassifier((32,), **FAST).fit(DIGITS, y)
    check_classifier(mlp, DIGITS, dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_pipeline_with_two_classes(dtype):
    y = np.array(["bad", "good"])[IS_BENIGN]
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((16,), **FAST)).fit(CANCER, y)
    check_classifier(pipeline, CANCER, dtype)


def test_labels_that_do_not_exclude_each_other():
    y = np.stack([DIGIT % 2, DIGIT > 4, DIGIT == 3], 1).astype(int)
    check_classifier(MLPClassifier((32,), **FAST).fit(DIGITS, y), DIGITS)


@pytest.mark.parametrize("activation", available("activations"))
def test_every_activation(activation):
    mlp = MLPClassifier((16, 16), activation=activation, **FAST).fit(DIGITS, DIGIT)
    check_classifier(mlp, DIGITS)


@pytest.mark.parametrize("normalization", ["batch", "layer"])
def test_normalization_and_dropout(normalization):
    settings = {"normalization": normalization, "dropout": [0.1, 0.2]}
    check_classifier(MLPClassifier((16,), **settings, **FAST).fit(DIGITS, DIGIT), DIGITS)


@pytest.mark.parametrize("loss", ["squared_error", "poisson", "absolute_error"])
@pytest.mark.parametrize("normalize_y", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_regressors_predict_in_the_unit_of_y(loss, normalize_y, dtype):
    mlp = MLPRegressor((16,), loss=loss, normalize_y=normalize_y, **FAST)
    if loss == "poisson":
        mlp.set_params(normalize_y=False)
    check_regressor(mlp.fit(DIABETES, PROGRESS / 100), DIABETES, dtype)


def test_several_outputs():
    y = np.stack([PROGRESS, -PROGRESS, PROGRESS**2], 1)
    check_regressor(MLPRegressor((16,), **FAST).fit(DIABETES, y), DIABETES)


@pytest.mark.parametrize("output", ["code", "reconstruction"])
@pytest.mark.parametrize("settings", [{}, {"tied_weights": True, "loss": "binary_cross_entropy"}])
def test_encoders(output, settings):
    encoder = AutoencoderTransformer(
        5, output=output, encoder_layer_sizes=(16,), **settings, **FAST
    )
    encoder.fit(DIGITS)
    X, (found,) = run(encoder, DIGITS, "float32")
    np.testing.assert_allclose(found, encoder.transform(X), rtol=1e-4, atol=1e-5)


def test_an_encoder_before_a_classifier():
    steps = AutoencoderTransformer(5, **FAST), MLPClassifier((16,), **FAST)
    check_classifier(make_pipeline(*steps).fit(DIGITS, DIGIT), DIGITS)


@pytest.mark.parametrize("head_input", ["code", "reconstruction"])
def test_joint_networks(head_input):
    settings = {"head_input": head_input, **FAST}
    check_classifier(JointAEClassifier(5, **settings).fit(DIGITS, DIGIT), DIGITS)
    check_regressor(JointAERegressor(5, **settings).fit(DIABETES, PROGRESS), DIABETES)


def test_ensembles():
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((8,), **FAST))
    ensemble = DeepEnsembleClassifier(pipeline, 3, random_state=0).fit(CANCER, IS_BENIGN)
    check_classifier(ensemble, CANCER)
    regressor = DeepEnsembleRegressor(MLPRegressor((8,), **FAST), 3, random_state=0)
    check_regressor(regressor.fit(DIABETES, PROGRESS), DIABETES)
    check_regressor(make_pipeline(StandardScaler(), regressor).fit(DIABETES, PROGRESS), DIABETES)


class Mine(Activation):
    """An activation without a converter."""

    def __call__(self, x):
        return x * x


def test_what_has_no_converter_is_named():
    mlp = MLPClassifier((8,), activation=Mine(), **FAST).fit(DIGITS, DIGIT)
    with pytest.raises(NotImplementedError, match="MLPClassifier has a layer that cannot be"):
        skl2onnx.to_onnx(mlp, DIGITS[:1])
