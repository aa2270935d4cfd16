"""The methods of the net after a fit."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.base import clone, is_classifier, is_regressor
from skorch.callbacks import Callback
from torch import nn

from sklearn_deep import MLPClassifier, MLPRegressor

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
PARAMS = {"max_epochs": 2, "batch_size": 7, "dropout": 0.5, "normalization": "batch"}
FORMS = {
    "array": np.asarray,
    "float32": np.float32,
    "list": np.ndarray.tolist,
    "frame": pd.DataFrame,
    "sparse": csr_array,
    "tensor": torch.from_numpy,
}


def classifier(n_classes, **params):
    y = np.array(["a", "b", "c"])[np.arange(30) % n_classes]
    return MLPClassifier((5,), random_state=0, **PARAMS | params).fit(X, y)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_net_of_a_classifier_predicts_positions_and_probabilities(form, n_classes):
    mlp = classifier(n_classes, dtype="float64")
    rtol = 1e-5 if form is np.float32 else 1e-9
    np.testing.assert_array_equal(mlp.classes_[mlp.net_.predict(form(X))], mlp.predict(X))
    probabilities = mlp.net_.predict_proba(form(X))
    np.testing.assert_allclose(probabilities, mlp.predict_proba(X), rtol=rtol)


def test_the_net_of_a_multilabel_classifier():
    mlp = MLPClassifier((5,), **PARAMS).fit(X, (X > 0).astype(int))
    np.testing.assert_array_equal(mlp.net_.predict(X), mlp.predict(X))
    np.testing.assert_allclose(mlp.net_.predict_proba(X), mlp.predict_proba(X), rtol=1e-4)


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_the_net_of_a_regressor_predicts_columns_of_numbers(loss):
    mlp = MLPRegressor((5,), loss=loss, **PARAMS).fit(X, np.abs(X[:, 0]))
    expected = mlp.predict(X)[:, None]
    np.testing.assert_allclose(mlp.net_.predict(X), expected, rtol=1e-4)
    np.testing.assert_allclose(mlp.net_.predict_proba(X), expected, rtol=1e-4)
    assert mlp.net_.score(X, X[:, 0]) == pytest.approx(mlp.score(X, X[:, 0]), rel=1e-4)


def test_predicting_with_the_net_moves_no_generator():
    mlp, state = classifier(3), torch.get_rng_state()
    mlp.net_.predict(X)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_net_is_a_classifier_or_a_regressor():
    of_classes, of_numbers = classifier(3), MLPRegressor(max_epochs=1).fit(X, X[:, 0])
    assert is_classifier(of_classes.net_)
    assert not is_classifier(of_numbers.net_)
    assert is_regressor(of_numbers.net_)
    assert of_classes.net_.classes_.tolist() == [0, 1, 2]
    assert classifier(2).net_.classes_.tolist() == [0, 1]
    assert not hasattr(of_numbers.net_, "classes_")


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_the_net_does_not_train(method):
    mlp = classifier(3)
    before = mlp.predict_proba(X)
    with pytest.raises(NotImplementedError, match="fit or partial_fit of the estimator"):
        getattr(mlp.net_, method)(X, np.zeros(30))
    np.testing.assert_array_equal(mlp.predict_proba(X), before)


@pytest.mark.parametrize("callbacks", [None, [Callback()]], ids=["no callback", "a callback"])
def test_the_module_is_plain_and_in_evaluation_mode(callbacks):
    mlp = classifier(3, net_callbacks=callbacks)
    assert isinstance(mlp.module_, nn.Module)
    assert not any(module.training for module in mlp.module_.modules())
    assert all(p.is_leaf and p.requires_grad and p.grad is None for p in mlp.module_.parameters())
    assert not any(p.is_inference() for p in mlp.module_.parameters())


def test_the_net_shows_its_parameters_and_can_be_cloned():
    net = classifier(3).net_
    assert {name for name in net.get_params(deep=False) if name.startswith("_")} <= {
        "_params_to_validate"
    }
    assert clone(net).batch_size == 7
    assert "(output): Linear" in repr(net)
