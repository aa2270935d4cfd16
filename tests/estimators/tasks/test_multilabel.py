"""Samples with any number of labels, compared with scikit-learn's MLPClassifier."""

import numpy as np
import pytest
from scipy.sparse import coo_matrix, csc_array, csr_array, csr_matrix, issparse
from scipy.special import expit, log_expit
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neural_network import MLPClassifier as SklearnMLP

from sklearn_deep import MLPClassifier
from tests._support.refusals import check_refused

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
Y = (X @ rng.normal(size=(3, 4)) + 0.2 > 0).astype(int)
FAST = {"learning_rate": 0.02, "max_epochs": 40, "random_state": 0}
STILL = {"activation": "tanh", "learning_rate": 1e-20, "max_epochs": 1, "random_state": 0}
FORMS = {
    "ints": Y,
    "bools": Y.astype(bool),
    "floats": Y.astype(float),
    "lists": Y.tolist(),
    "csr_matrix": csr_matrix(Y),
    "csr_array": csr_array(Y),
    "csc_array": csc_array(Y),
    "coo_matrix": coo_matrix(Y),
}
METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function"]


def outputs(mlp, method, rows=X):
    found = getattr(mlp, method)(rows)
    return found.toarray() if issparse(found) else found


def losses(targets, logits):
    return -(targets * log_expit(logits) + (1 - targets) * log_expit(-logits)).sum(1)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", METHODS)
def test_outputs_look_as_those_of_scikit_learn(form, method):
    mlp = MLPClassifier((4,), max_epochs=1).fit(X, FORMS[form])
    theirs = SklearnMLP((4,), max_iter=1).fit(X, FORMS[form])
    np.testing.assert_array_equal(mlp.classes_, theirs.classes_)
    if method == "decision_function":  # which scikit-learn's MLP does not have
        assert mlp.decision_function(X).shape == (60, 4)
        return
    own, other = getattr(mlp, method)(X), getattr(theirs, method)(X)
    assert type(own) is type(other)
    assert own.shape == other.shape
    assert own.dtype == other.dtype


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_y_gives_the_same_network(form):
    expected, mlp = (MLPClassifier((4,), **FAST).fit(X, y) for y in (Y, FORMS[form]))
    for method in METHODS:
        np.testing.assert_array_equal(outputs(mlp, method), outputs(expected, method))


def test_outputs_are_functions_of_the_logits():
    mlp = MLPClassifier((4,), **FAST).fit(X, Y)
    logits = mlp.decision_function(X)
    np.testing.assert_allclose(mlp.predict_proba(X), expit(logits))
    np.testing.assert_allclose(mlp.predict_log_proba(X), log_expit(logits))
    np.testing.assert_array_equal(mlp.predict(X), expit(logits) > 0.5)


@pytest.mark.parametrize("form", ["ints", "csr_matrix"])
def test_the_score_is_the_share_of_rows_all_of_whose_labels_are_right(form):
    mlp = MLPClassifier((8,), **FAST).fit(X, FORMS[form])
    right = (outputs(mlp, "predict") == Y).all(1)
    assert mlp.score(X, FORMS[form]) == right.mean() == accuracy_score(Y, outputs(mlp, "predict"))
    assert 0.7 < right.mean() < 1
    assert mlp.score(X, FORMS[form], right) == 1


def test_the_history_has_that_accuracy_and_the_sum_of_the_losses_of_the_labels():
    mlp = MLPClassifier((4,), dtype="float64", **STILL)
    weight = np.arange(1.0, 61)
    validation = {"X_val": X, "y_val": FORMS["csr_array"], "sample_weight_val": weight}
    mlp.fit(X, Y, weight, **validation)
    expected = np.average(losses(Y, mlp.decision_function(X)), weights=weight)
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(mlp.history_[name], expected)
    for name in ("accuracy", "val_accuracy"):
        np.testing.assert_allclose(mlp.history_[name], mlp.score(X, Y, weight))


def test_smoothing_moves_each_target_toward_a_half_in_training_only():
    mlp = MLPClassifier((4,), label_smoothing=0.2, **STILL)
    logits = mlp.fit(X, Y, X_val=X, y_val=Y).decision_function(X)
    expected = losses(np.where(Y, 0.9, 0.1), logits).mean()
    np.testing.assert_allclose(mlp.history_["loss"], expected, rtol=1e-5)
    np.testing.assert_allclose(mlp.history_["val_loss"], losses(Y, logits).mean(), rtol=1e-5)


@pytest.mark.parametrize("form", [np.asarray, csr_matrix])
def test_a_validation_part_is_split_off_though_a_label_is_rare(form):
    rare = Y * [0, 1, 1, 1]
    rare[0] = 1
    mlp = MLPClassifier((4,), early_stopping=True, max_epochs=2, random_state=0).fit(X, form(rare))
    assert mlp.history_["val_accuracy"].shape == (2,)


def test_validation_rows_must_have_the_same_columns():
    words = ["y_val", "4 columns of 0 and 1", "(60, 3)"]
    check_refused(MLPClassifier((4,)), words, X, Y, X_val=X, y_val=Y[:, :3])
    words = ["y_val", "4 columns of 0 and 1", "(60,)"]
    check_refused(MLPClassifier((4,)), words, X, Y, X_val=X, y_val=Y[:, 0])


@pytest.mark.parametrize("y", [Y + 1, 2 * Y - 1, 2 * Y, csr_matrix(2 * Y)])
def test_two_other_values_are_no_indicator(y):
    check_refused(MLPClassifier((4,)), ["y of", "must contain only 0 and 1 (multilabel)"], X, y)
    words = ["y_val of", "must contain only 0 and 1 (multilabel)"]
    check_refused(MLPClassifier((4,)), words, X, Y, X_val=X, y_val=y)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 2.0}])
def test_class_weights_are_refused(class_weight):
    mlp = MLPClassifier((4,), class_weight=class_weight)
    check_refused(mlp, ["'class_weight'", "None for multilabel targets", "sample_weight"], X, Y)


def test_a_label_that_no_row_or_every_row_has_is_learned():
    y = Y.copy()
    y[:, 0], y[:, 1] = 0, 1
    predictions = MLPClassifier((8,), **FAST).fit(X, y).predict(X)
    np.testing.assert_array_equal(predictions[:, :2], y[:, :2])


def test_one_column_is_one_label_a_row_as_in_scikit_learn():
    with pytest.warns(Warning, match="column-vector y"):
        mlp = MLPClassifier((4,), max_epochs=1).fit(X, Y[:, :1])
    assert mlp.predict(X).shape == (60,)


def test_cross_validation_and_searches_take_them():
    mlp = MLPClassifier((4,), **FAST)
    assert cross_val_score(mlp, X, Y, cv=2, error_score="raise").shape == (2,)
    for method in METHODS:
        assert cross_val_predict(mlp, X, Y, cv=2, method=method).shape == (60, 4)
    scoring = ["f1_micro", "roc_auc", "average_precision", "accuracy"]
    grid = {"learning_rate": [1e-9, 0.02]}
    search = GridSearchCV(mlp, grid, scoring=scoring, refit="roc_auc", cv=2, error_score="raise")
    assert search.fit(X, Y).best_params_ == {"learning_rate": 0.02}


def test_one_network_a_label_learns_them_too():
    model = OneVsRestClassifier(MLPClassifier((4,), **FAST)).fit(X, Y)
    assert model.predict(X).shape == (60, 4)
    assert model.score(X, Y) > 0.6


def test_one_label_of_them_can_be_calibrated():
    model = CalibratedClassifierCV(MLPClassifier((4,), **FAST), cv=2).fit(X, Y[:, 0])
    assert model.predict_proba(X).shape == (60, 2)
