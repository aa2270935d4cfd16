"""A converted scikit-learn MLP predicts the same and has the attributes that a fit sets."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.scikit_learn_mlps import (
    CLASSES,
    EACH_KIND,
    HAS_POISSON,
    NUMBERS,
    X,
    assert_same_weights,
    taken,
    theirs,
)


@pytest.mark.parametrize("target", CLASSES)
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_a_classifier_predicts_the_same(target, activation):
    mlp = theirs(MLPClassifier, CLASSES[target], activation=activation, hidden_layer_sizes=(6, 5))
    own = MLPClassifier.from_sklearn(mlp)
    for rows in (X, X.astype(np.float32), -2 * X):
        np.testing.assert_array_equal(own.predict(rows), mlp.predict(rows))
        np.testing.assert_allclose(own.predict_proba(rows), mlp.predict_proba(rows), atol=1e-5)
        log_proba = own.predict_log_proba(rows)
        np.testing.assert_allclose(log_proba, mlp.predict_log_proba(rows), atol=1e-4)
    assert own.predict(X).dtype == mlp.predict(X).dtype
    assert own.score(X, CLASSES[target]) == mlp.score(X, CLASSES[target])


@pytest.mark.parametrize("target", NUMBERS)
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_a_regressor_predicts_the_same(target, activation):
    mlp = theirs(MLPRegressor, NUMBERS[target], activation=activation, hidden_layer_sizes=(6, 5))
    own = MLPRegressor.from_sklearn(mlp)
    assert own.predict(X).shape == mlp.predict(X).shape
    np.testing.assert_allclose(own.predict(X), mlp.predict(X), atol=1e-5)
    assert own.score(X, NUMBERS[target]) == pytest.approx(mlp.score(X, NUMBERS[target]), abs=1e-5)


@pytest.mark.skipif(not HAS_POISSON, reason="scikit-learn 1.6 has no Poisson loss")
def test_a_poisson_regressor_predicts_the_same():
    mlp = theirs(MLPRegressor, np.arange(60) % 4, loss="poisson")
    own = MLPRegressor.from_sklearn(mlp)
    assert own.loss == "poisson"
    np.testing.assert_allclose(own.predict(X), mlp.predict(X), atol=1e-5)


@pytest.mark.parametrize("target", CLASSES)
def test_probabilities_agree_where_they_are_all_but_0_and_1(target):
    mlp = theirs(MLPClassifier, CLASSES[target])
    mlp.coefs_[-1] *= 300
    probabilities = MLPClassifier.from_sklearn(mlp).predict_proba(X)
    assert (probabilities < 1e-30).any()
    np.testing.assert_allclose(probabilities, mlp.predict_proba(X), atol=1e-5)


@EACH_KIND
def test_a_network_without_hidden_layers_predicts_the_same(kind):
    mlp = theirs(kind, CLASSES["bool"], hidden_layer_sizes=())
    np.testing.assert_allclose(kind.from_sklearn(mlp).predict(X), mlp.predict(X), atol=1e-5)


@EACH_KIND
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_estimator_has_the_type_of_the_weights(kind, dtype):
    mlp = theirs(kind, CLASSES["bool"], rows=X.astype(dtype))
    own = kind.from_sklearn(mlp)
    assert own.dtype == dtype
    assert_same_weights(own, mlp, atol=0)
    assert {str(p.dtype) for p in own.module_.parameters()} == {f"torch.{dtype}"}


def test_a_fitted_classifier_has_what_a_fit_leaves():
    frame = pd.DataFrame(X, columns=list("abcd"))
    mlp = theirs(MLPClassifier, CLASSES["binary"], rows=frame)
    own = MLPClassifier.from_sklearn(mlp)
    assert own.classes_.tolist() == ["no", "yes"]
    assert own.n_features_in_ == 4
    assert own.feature_names_in_.tolist() == list("abcd")
    np.testing.assert_array_equal(own.predict(frame), mlp.predict(frame))
    assert own.history_.keys() == {"loss"}
    np.testing.assert_array_equal(own.history_["loss"], mlp.loss_curve_)
    assert (own.n_epochs_, own.best_epoch_, own.diverged_) == (4, 3, False)
    assert own.net_.module_ is own.module_


@EACH_KIND
def test_scores_of_early_stopping_are_in_the_history(kind):
    mlp = theirs(kind, np.arange(60) % 2, early_stopping=True, learning_rate_init=0.1, max_iter=9)
    own = kind.from_sklearn(mlp)
    scores = own.history_[f"val_{kind._metric}"]
    np.testing.assert_array_equal(scores, mlp.validation_scores_)
    assert scores[own.best_epoch_] == mlp.best_validation_score_


def test_epochs_of_warm_starts_and_partial_fits_all_count():
    mlp = theirs(MLPClassifier, CLASSES["multiclass"], warm_start=True, alpha=3.0, batch_size=500)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.fit(X, CLASSES["multiclass"]).partial_fit(X, CLASSES["multiclass"])
    own = MLPClassifier.from_sklearn(mlp)
    assert own.n_epochs_ == 9
    assert own.weight_decay == 3.0 / 60


def test_lbfgs_leaves_its_last_loss_only():
    mlp = theirs(MLPClassifier, CLASSES["multiclass"], solver="lbfgs")
    own = taken(mlp)
    assert own.n_epochs_ == mlp.n_iter_ == 4
    np.testing.assert_array_equal(own.history_["loss"], [np.nan] * 3 + [mlp.loss_])
    assert own.best_epoch_ == 3
    np.testing.assert_allclose(own.predict_proba(X), mlp.predict_proba(X), atol=1e-5)


@EACH_KIND
def test_the_scikit_learn_mlp_is_left_as_it_is_and_nothing_is_shared(kind):
    random_state = np.random.RandomState(0)
    mlp = theirs(kind, CLASSES["bool"], random_state=random_state, hidden_layer_sizes=[5])
    before, text = copy.deepcopy(mlp), repr(mlp)
    own = kind.from_sklearn(mlp)
    assert own.random_state is not random_state
    own.hidden_layer_sizes.append(3)
    with torch.no_grad():
        for parameter in own.module_.parameters():
            parameter.zero_()
    assert repr(mlp) == text
    np.testing.assert_array_equal(mlp.predict(X), before.predict(X))


@EACH_KIND
def test_weights_in_read_only_memory_are_copied(kind):
    mlp = theirs(kind, CLASSES["bool"])
    for array in [*mlp.coefs_, *mlp.intercepts_]:
        array.flags.writeable = False
    own = kind.from_sklearn(mlp).set_params(warm_start=True)
    assert own.fit(X, CLASSES["bool"]).n_epochs_ == 8


@EACH_KIND
def test_taking_over_moves_no_global_generator(kind):
    mlp = theirs(kind, CLASSES["bool"])
    torch_state = torch.get_rng_state()
    numpy_state = pickle.dumps(np.random.get_state())  # noqa: NPY002
    kind.from_sklearn(mlp)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert pickle.dumps(np.random.get_state()) == numpy_state  # noqa: NPY002


@EACH_KIND
def test_clones_and_pickles_are_as_after_any_fit(kind):
    own = kind.from_sklearn(theirs(kind, CLASSES["bool"]))
    twin = pickle.loads(pickle.dumps(own))
    np.testing.assert_array_equal(twin.predict(X), own.predict(X))
    assert not hasattr(clone(own), "module_")
    assert repr(clone(own).get_params()) == repr(own.get_params())


@EACH_KIND
def test_an_unfitted_one_stays_unfitted(kind):
    own = kind.from_sklearn(theirs(kind))
    assert not hasattr(own, "module_")
    assert own.dtype == "float32"
    assert own.fit(X, CLASSES["bool"]).n_epochs_ == 4
