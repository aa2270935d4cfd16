"""Predictions of the classifier for two classes, for more, and for labels of any type."""

import numpy as np
import pytest

from sklearn_deep import MLPClassifier

X = np.random.default_rng(0).normal(size=(60, 3))
LABELS = {
    "two integers": np.where(X[:, 0] > 0, 7, -1),
    "three integers": np.digitize(X[:, 0], [-0.5, 0.5]),
    "two strings": np.where(X[:, 0] > 0, "yes", "no"),
    "three objects": np.array(["b", "c", "a"], dtype=object)[np.digitize(X[:, 0], [-0.5, 0.5])],
    "booleans": X[:, 0] > 0,
}


@pytest.fixture(params=LABELS)
def fitted(request):
    y = LABELS[request.param]
    mlp = MLPClassifier((8,), learning_rate=0.05, max_epochs=60, batch_size=20, random_state=0)
    return mlp.fit(X, y), y


def test_labels_are_learned_and_predicted_in_their_own_type(fitted):
    mlp, y = fitted
    assert mlp.classes_.tolist() == sorted(set(y.tolist()))
    assert mlp.predict(X).dtype == y.dtype
    assert mlp.score(X, y) > 0.9


def test_probabilities_are_of_each_class_and_sum_to_one(fitted):
    mlp, y = fitted
    probabilities = mlp.predict_proba(X)
    assert probabilities.shape == (60, len(set(y.tolist())))
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-12)
    np.testing.assert_array_equal(mlp.classes_[probabilities.argmax(1)], mlp.predict(X))


def test_log_probabilities_are_the_logarithms(fitted):
    mlp, _ = fitted
    np.testing.assert_allclose(np.exp(mlp.predict_log_proba(X)), mlp.predict_proba(X), rtol=1e-9)


def test_log_probabilities_stay_finite_where_probabilities_vanish(fitted):
    mlp, _ = fitted
    assert np.isfinite(mlp.predict_log_proba(1e5 * X)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_probabilities_are_zero_where_probabilities_round_to_one(fitted, dtype):
    mlp, _ = fitted
    far = (100 * X).astype(dtype)
    sure = mlp.predict_proba(far) == 1
    assert sure.any()
    logarithms = mlp.predict_log_proba(far)
    assert logarithms.dtype == dtype
    assert (logarithms[sure] == 0).all()


def test_the_decision_function_is_one_logit_for_two_classes_and_one_each_for_more(fitted):
    mlp, _ = fitted
    logits = mlp.decision_function(X)
    if len(mlp.classes_) == 2:
        assert logits.shape == (60,)
        np.testing.assert_array_equal(mlp.predict(X) == mlp.classes_[1], logits > 0)
    else:
        assert logits.shape == (60, len(mlp.classes_))
        np.testing.assert_array_equal(mlp.classes_[logits.argmax(1)], mlp.predict(X))


def test_many_rows_are_predicted_as_few_are(fitted):
    mlp, _ = fitted
    many = np.tile(X, (100, 1))
    few = np.tile(mlp.predict_proba(X), (100, 1))
    np.testing.assert_allclose(mlp.predict_proba(many), few, rtol=1e-9)
