"""Scoring callbacks of skorch; the reference is the estimator itself."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import log_loss, roc_auc_score
from skorch.callbacks import BatchScoring, EpochScoring, PassthroughScoring

from sklearn_deep import MLPClassifier, MLPRegressor

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(40, 3)), rng.normal(size=(15, 3))
N_CLASSES = 3
PARAMS = {"max_epochs": 3, "batch_size": 16, "learning_rate": 0.05, "random_state": 0}


def labels_of(rows, n_classes=N_CLASSES):
    return np.array(["no", "perhaps", "yes"])[(rows[:, : n_classes - 1] > 0).sum(1)]


def numbers_of(rows):
    return rows[:, :1] ** 2 + rows[:, 1:2]


def fitted(*callbacks, kind=MLPClassifier, y=labels_of, rows=lambda X: X, **params):
    params = PARAMS | {"dtype": "float64", "early_stopping": None} | params
    mlp = kind((8,), net_callbacks=list(callbacks), **params)
    return mlp.fit(rows(X), y(X), X_val=rows(X_VAL), y_val=y(X_VAL))


@pytest.mark.parametrize("use_caching", [True, False])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("rows", [np.asarray, csr_array])
def test_accuracy_of_validation_rows_is_that_of_the_history(use_caching, n_classes, rows):
    scoring = EpochScoring("accuracy", name="mine", lower_is_better=False, use_caching=use_caching)
    mlp = fitted(scoring, y=lambda X: labels_of(X, n_classes), rows=rows)
    np.testing.assert_allclose(mlp.net_.history[:, "mine"], mlp.history_["val_accuracy"])
    assert mlp.net_.history[-1, "mine"] == mlp.score(X_VAL, labels_of(X_VAL, n_classes))


def test_accuracy_of_training_rows_is_that_of_the_history_where_outputs_are_reused():
    scoring = EpochScoring("accuracy", name="mine", on_train=True)
    mlp = fitted(scoring, dropout=0.3)
    np.testing.assert_allclose(mlp.net_.history[:, "mine"], mlp.history_["accuracy"])


def test_accuracy_of_training_rows_is_that_of_the_estimator_where_they_are_run_again():
    scoring = EpochScoring("accuracy", name="mine", on_train=True, use_caching=False)
    mlp = fitted(scoring, dropout=0.3)
    assert mlp.net_.history[-1, "mine"] == mlp.score(X, labels_of(X))


@pytest.mark.parametrize(
    ("scoring", "n_classes", "score"),
    [
        ("neg_log_loss", 3, lambda y, p: -log_loss(y, p)),
        ("neg_log_loss", 2, lambda y, p: -log_loss(y, p)),
        ("roc_auc", 2, lambda y, p: roc_auc_score(y, p[:, 1])),
        ("roc_auc_ovr", 3, lambda y, p: roc_auc_score(y, p, multi_class="ovr")),
    ],
)
def test_scores_of_probabilities(scoring, n_classes, score):
    mlp = fitted(EpochScoring(scoring, name="mine"), y=lambda X: labels_of(X, n_classes))
    expected = score(labels_of(X_VAL, n_classes), mlp.predict_proba(X_VAL))
    assert mlp.net_.history[-1, "mine"] == pytest.approx(expected)


def test_a_callable_gets_net_rows_and_positions_of_classes():
    def share_of_right(net, dataset, y):
        return (mlp_classes[net.predict(dataset)] == mlp_classes[y]).mean()

    mlp_classes = np.unique(labels_of(X))
    mlp = fitted(EpochScoring(share_of_right, lower_is_better=False))
    history = mlp.net_.history
    np.testing.assert_allclose(history[:, "share_of_right"], mlp.history_["val_accuracy"])
    assert history[0, "share_of_right_best"] is True


@pytest.mark.parametrize("scoring", [None, "r2"])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_scores_of_a_regressor(scoring, loss):
    def y(X):
        return np.abs(numbers_of(X))

    mlp = fitted(EpochScoring(scoring, name="mine"), kind=MLPRegressor, y=y, loss=loss)
    np.testing.assert_allclose(mlp.net_.history[:, "mine"], mlp.history_["val_r2"], rtol=1e-6)


def test_scores_of_multilabel_targets():
    def y(X):
        return (X > 0).astype(int)

    mlp = fitted(EpochScoring(None, name="subset"), EpochScoring("f1_macro"), y=y)
    np.testing.assert_allclose(mlp.net_.history[:, "subset"], mlp.history_["val_accuracy"])
    assert 0 < mlp.net_.history[-1, "f1_macro"] <= 1


def test_batch_scores_average_to_the_score_of_all_rows():
    train = BatchScoring("accuracy", name="train_accuracy", on_train=True)
    valid = BatchScoring("accuracy", name="valid_accuracy")
    mlp = fitted(train, valid)
    history = mlp.net_.history
    np.testing.assert_allclose(history[:, "train_accuracy"], mlp.history_["accuracy"])
    np.testing.assert_allclose(history[:, "valid_accuracy"], mlp.history_["val_accuracy"])


def test_passed_through_losses_are_those_of_the_history():
    class Other(PassthroughScoring):
        def on_epoch_end(self, net, **kwargs):
            self.score_ = self.get_avg_score(net.history)

    train, valid = Other("train_loss", on_train=True), Other("valid_loss")
    mlp = fitted(train, valid)
    assert train.score_ == pytest.approx(mlp.history_["loss"][-1])
    assert valid.score_ == pytest.approx(mlp.history_["val_loss"][-1])
    passed = fitted(PassthroughScoring("valid_loss"))
    np.testing.assert_allclose(passed.net_.history[:, "valid_loss"], mlp.history_["val_loss"])


def test_scoring_changes_nothing():
    one = fitted(EpochScoring("accuracy", use_caching=False), dropout=0.3)
    other = fitted(dropout=0.3)
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
