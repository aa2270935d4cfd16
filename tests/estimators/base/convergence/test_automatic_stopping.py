"""``early_stopping="auto"`` validates if there are enough samples, and never raises an error."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.estimators import rule_of_fit
from sklearn_deep.estimators._data import ENOUGH
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

rng = np.random.default_rng(0)
X = rng.normal(size=(ENOUGH, 4))
Y = (X[:, 0] > 0).astype(int)
ON_VALIDATION = EarlyStopping("val_loss", patience=10, restore_best_weights=True)
ON_TRAINING = EarlyStopping("loss", min_delta=0.005, relative=True, patience=10)
PLATEAU = Plateau(monitor="val_loss", factor=0.3, patience=5, min_delta=0.0)


def fitted(X, y, weight=None, kind=MLPClassifier, max_epochs=2, given=None, **params):
    mlp = kind((4,), max_epochs=max_epochs, random_state=0, **params)
    return mlp.fit(X, y, weight, **given or {})


def validates(mlp):
    return "val_loss" in mlp.history_


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_it_validates_from_enough_samples_on(kind):
    assert validates(fitted(X, Y, kind=kind))
    assert not validates(fitted(X[1:], Y[1:], kind=kind))


@pytest.mark.parametrize("n", [200, ENOUGH])
def test_a_sample_written_twice_is_counted_once(n):
    twice, weight = np.repeat(X[:n], 2, axis=0), np.full(n, 2)
    assert validates(fitted(twice, np.repeat(Y[:n], 2))) == (n == ENOUGH)
    assert validates(fitted(X[:n], Y[:n], weight)) == (n == ENOUGH)


def test_a_sample_of_weight_zero_is_not_counted():
    weight = np.ones(ENOUGH)
    weight[3] = 0
    assert not validates(fitted(X, Y, weight))


def test_samples_of_equal_features_and_other_targets_differ():
    same = np.ones((ENOUGH, 2))
    assert validates(fitted(same, X[:, 0], kind=MLPRegressor))
    assert not validates(fitted(same, np.round(X[:, 0]), kind=MLPRegressor))


def test_sparse_samples_are_counted_alike():
    assert validates(fitted(csr_array(X), Y))
    assert not validates(fitted(csr_array(X[1:]), Y[1:]))


def lone_class():
    y = Y.copy()
    y[0] = 2
    return X, y, None


def more_classes_than_validation_samples():
    return X, np.arange(ENOUGH) % (ENOUGH // 4), None


def class_without_weight_in_a_part():
    weight = np.ones(ENOUGH)
    ones = np.flatnonzero(Y == 1)
    weight[ones[1:]] = 0
    more = rng.normal(size=(ENOUGH, 4))
    return np.r_[X, more], np.r_[Y, np.zeros(ENOUGH, int)], np.r_[weight, np.ones(ENOUGH)]


@pytest.mark.parametrize(
    "case", [lone_class, more_classes_than_validation_samples, class_without_weight_in_a_part]
)
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_where_no_part_can_be_split_off_it_uses_the_training_loss(case, class_weight):
    X, y, weight = case()
    mlp = fitted(X, y, weight, class_weight=class_weight)
    assert not validates(mlp)
    assert rule_of_fit(mlp).monitor == "loss"


def test_a_fraction_that_leaves_no_training_samples_is_no_error():
    assert not validates(fitted(X, Y, validation_fraction=0.9999))


def test_given_validation_samples_are_monitored():
    given = {"X_val": X[:30], "y_val": Y[:30]}
    mlp = fitted(X[:50], Y[:50], given=given)
    assert validates(mlp)
    assert rule_of_fit(mlp).get_params() == ON_VALIDATION.get_params()


def assert_alike(one, other):
    assert one.n_epochs_ == other.n_epochs_
    assert one.history_.keys() == other.history_.keys()
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


def test_with_enough_samples_it_is_its_rule_and_its_schedule():
    noise = rng.integers(2, size=ENOUGH)
    params = {"max_epochs": 80, "learning_rate": 0.02}
    own = fitted(X, noise, **params)
    assert own.n_epochs_ < 80
    assert len(set(own.history_["learning_rate"])) > 1
    assert_alike(own, fitted(X, noise, early_stopping=ON_VALIDATION, schedule=PLATEAU, **params))


def test_with_few_samples_it_is_its_rule_and_a_constant_rate():
    params = {"max_epochs": 400, "learning_rate": 0.02}
    own = fitted(X[:100], Y[:100], **params)
    assert own.n_epochs_ < 400
    assert_alike(own, fitted(X[:100], Y[:100], early_stopping=ON_TRAINING, schedule=None, **params))


@pytest.mark.parametrize("monitor", ["val_accuracy", "val_loss"])
def test_the_rate_follows_the_value_that_stops_the_fit(monitor):
    params = {"max_epochs": 30, "learning_rate": 0.02}
    own = fitted(X[:60], Y[:60], early_stopping=monitor, **params)
    plateau = Plateau(monitor=monitor, factor=0.3, patience=5, min_delta=0.0)
    assert len(set(own.history_["learning_rate"])) > 1
    assert_alike(own, fitted(X[:60], Y[:60], early_stopping=monitor, schedule=plateau, **params))


@pytest.mark.parametrize("rule", [None, "convergence", EarlyStopping("accuracy", patience=20)])
def test_without_a_rule_on_validation_samples_the_rate_is_constant(rule):
    given = {"X_val": X[:30], "y_val": Y[:30]}
    mlp = fitted(X[:60], Y[:60], early_stopping=rule, max_epochs=15, given=given)
    assert set(mlp.history_["learning_rate"]) == {3e-3}


def test_partial_fit_splits_nothing_off():
    mlp = MLPClassifier((4,), random_state=0)
    for _ in range(2):
        mlp.partial_fit(X, Y, classes=[0, 1])
    assert not validates(mlp)
    assert set(mlp.history_["learning_rate"]) == {3e-3}


def test_lbfgs_has_no_schedule():
    mlp = fitted(X, Y, optimizer="lbfgs", max_epochs=12)
    assert validates(mlp)
    assert set(mlp.history_["learning_rate"]) == {1.0}


def test_networks_with_a_decoder_can_have_it_and_count_labels():
    y = np.where(rng.uniform(size=ENOUGH) < 0.5, -1, Y)
    params = {"encoder_layer_sizes": (4,), "max_epochs": 2, "early_stopping": "auto"}
    unlabeled = JointAEClassifier(2, unlabeled_value=-1, **params)
    assert not validates(unlabeled.fit(X, y))
    assert validates(JointAEClassifier(2, **params).fit(X, Y))
    assert validates(AutoencoderTransformer(2, **params).fit(X))
    assert not validates(AutoencoderTransformer(2, encoder_layer_sizes=(4,), max_epochs=2).fit(X))


@pytest.mark.filterwarnings("error")
def test_a_fit_of_few_samples_stops_before_max_epochs_at_the_defaults():
    mlp = MLPClassifier(random_state=0).fit(X[:80], Y[:80])
    assert mlp.n_epochs_ < mlp.max_epochs


def test_a_fit_that_it_does_not_stop_warns():
    with pytest.warns(ConvergenceWarning, match="val_loss improved"):
        fitted(X, Y, max_epochs=5)
