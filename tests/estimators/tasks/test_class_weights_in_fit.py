"""Class weights multiply sample weights in the objective, and only there."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from sklearn.utils.class_weight import compute_sample_weight

from sklearn_deep import MLPClassifier

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(40, 3)), rng.normal(size=(20, 3))
Y = np.array(["a", "b", "b", "c", "c"] * 8)
Y_VAL = np.array(["a", "b", "b", "c"] * 5)
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}
ROW_WEIGHT = rng.uniform(size=40)


def classifier(**params):
    numbers = {"max_epochs": 5, "batch_size": 16, "early_stopping": None, "random_state": 0}
    return MLPClassifier((8,), **numbers | params)


@pytest.mark.parametrize("class_weight", ["balanced", {"a": 3, "c": 0.5}])
def test_class_weights_are_sample_weights_of_the_training(class_weight):
    by_class = classifier(class_weight=class_weight).fit(X, Y, **VALIDATION)
    by_row = classifier().fit(X, Y, compute_sample_weight(class_weight, Y), **VALIDATION)
    for mine, theirs in zip(
        by_class.module_.parameters(), by_row.module_.parameters(), strict=True
    ):
        torch.testing.assert_close(mine, theirs)
    np.testing.assert_allclose(by_class.history_["loss"], by_row.history_["loss"], rtol=1e-6)


def test_class_weights_multiply_sample_weights():
    both = classifier(class_weight={"a": 3}).fit(X, Y, ROW_WEIGHT)
    by_row = classifier().fit(X, Y, ROW_WEIGHT * np.where(Y == "a", 3, 1))
    np.testing.assert_allclose(both.predict_proba(X), by_row.predict_proba(X), rtol=1e-5)


def test_class_weights_change_the_training():
    balanced = classifier(class_weight="balanced").fit(X, Y)
    assert not np.allclose(balanced.predict_proba(X), classifier().fit(X, Y).predict_proba(X))


def test_class_weights_do_not_enter_validation_values_or_accuracy():
    mlp = classifier(class_weight={"a": 30}).fit(X, Y, **VALIDATION)
    expected = log_loss(Y_VAL, mlp.predict_proba(X_VAL))
    assert mlp.history_["val_loss"][-1] == pytest.approx(expected, rel=1e-5)
    assert mlp.history_["val_accuracy"][-1] == pytest.approx(mlp.score(X_VAL, Y_VAL))
    heavy = classifier(class_weight={"a": 30}, learning_rate=1e-12).fit(X, Y)
    assert heavy.history_["accuracy"][-1] == pytest.approx(heavy.score(X, Y))
