"""Tensors of torch are taken as arrays: the same bits, the same float types."""

import numpy as np
import pytest
import torch
from sklearn.base import clone

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)

X = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
Y = torch.arange(60) % 3
WEIGHT = torch.linspace(0.5, 1.5, 60)
FAST = {"max_epochs": 2, "random_state": 0, "early_stopping": None}
TYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.uint8])
CASES = {
    "classes": (MLPClassifier((4,), **FAST), Y),
    "numbers": (MLPRegressor((4,), **FAST), X[:, 0]),
    "codes": (AutoencoderTransformer(2, **FAST), None),
    "codes and classes": (JointAEClassifier(2, unlabeled_value=2, **FAST), Y),
    "codes and numbers": (JointAERegressor(2, **FAST), torch.where(Y < 2, X[:, 0], torch.nan)),
}


def arrays(*tensors):
    return [None if tensor is None else tensor.numpy() for tensor in tensors]


def outputs(estimator, samples):
    names = ("predict", "predict_proba", "transform", "reconstruct", "score_samples")
    return [getattr(estimator, name)(samples) for name in names if hasattr(estimator, name)]


@TYPES
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_tensors_give_the_bits_of_arrays(method, name, dtype):
    estimator, y = CASES[name]
    samples = (10 * X.abs()).to(dtype)
    found = []
    for x, own_y, weight in ((samples, y, WEIGHT), arrays(samples, y, WEIGHT)):
        given = {} if own_y is None else {"y": own_y}
        if method == "partial_fit" and "classes" in name:
            given["classes"] = [0, 1, 2] if name == "classes" else [0, 1]
        fitted = getattr(clone(estimator), method)(x, **given, sample_weight=weight)
        found.append([*outputs(fitted, x), fitted.score(x, own_y)])
    for one, other in zip(*found, strict=True):
        assert type(one) is type(other)
        assert np.asarray(one).dtype == np.asarray(other).dtype
        np.testing.assert_array_equal(one, other)


def test_validation_tensors_give_the_bits_of_arrays():
    mlp, expected = (
        MLPClassifier((4,), **FAST).fit(x, y, X_val=x, y_val=y) for x, y in ((X, Y), arrays(X, Y))
    )
    np.testing.assert_array_equal(mlp.history_["val_loss"], expected.history_["val_loss"])
    assert mlp.score(X, Y) == expected.score(*arrays(X, Y))


def test_bfloat16_is_read_as_float32():
    samples = X.bfloat16()
    mlp = MLPClassifier((4,), **FAST).fit(samples, Y)
    expected = MLPClassifier((4,), **FAST).fit(samples.float(), Y)
    np.testing.assert_array_equal(
        mlp.predict_proba(samples), expected.predict_proba(samples.float())
    )


def test_the_samples_are_not_written_to():
    before = X.clone()
    MLPClassifier((4,), augmentation="mixup", **FAST).fit(X, Y).predict(X)
    assert torch.equal(X, before)


def test_a_tensor_that_requires_a_gradient_is_refused():
    mlp = MLPClassifier((4,), **FAST).fit(X, Y)
    for method in (mlp.fit, mlp.predict):
        given = (Y,) if method == mlp.fit else ()
        with pytest.raises(RuntimeError, match="detach"):
            method(X.clone().requires_grad_(), *given)
