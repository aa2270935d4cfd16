"""The attributes ``module_`` and ``net_`` after a fit."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.exceptions import NotFittedError
from skorch import NeuralNet
from torch import nn

from sklearn_deep import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3


def fitted(**params):
    params = {"max_epochs": 3, "dtype": "float64", "random_state": 0} | params
    return MLPClassifier((5, 7), **params).fit(X, Y)


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
def test_the_module_maps_rows_to_logits(normalization):
    mlp = fitted(normalization=normalization, dropout=0.5, input_noise=1.0, weight_noise=1.0)
    assert isinstance(mlp.module_, nn.Module)
    logits = mlp.module_(torch.tensor(X)).detach().numpy()
    np.testing.assert_array_equal(logits, mlp.decision_function(X))


def test_the_module_has_the_true_widths():
    matrices = [p for p in fitted().module_.parameters() if p.ndim == 2]
    assert [tuple(matrix.shape) for matrix in matrices] == [(5, 3), (7, 5), (3, 7)]


def test_the_forward_pass_can_be_written_by_hand():
    mlp = fitted(activation="tanh")
    w1, b1, w2, b2, w3, b3 = (p.detach().numpy() for p in mlp.module_.parameters())
    by_hand = np.tanh(np.tanh(X @ w1.T + b1) @ w2.T + b2) @ w3.T + b3
    np.testing.assert_allclose(mlp.decision_function(X), by_hand, rtol=1e-9)


def test_the_module_can_be_trained_on_in_plain_torch():
    module = fitted().module_
    module(torch.tensor(X)).sum().backward()
    assert all(p.grad is not None for p in module.parameters())


def test_no_hidden_layer_is_a_linear_model():
    mlp = MLPRegressor((), normalize_y=False, max_epochs=2, dtype="float64").fit(X, Y)
    weight, bias = (p.detach().numpy() for p in mlp.module_.parameters())
    np.testing.assert_allclose(mlp.predict(X), (X @ weight.T + bias)[:, 0], rtol=1e-9)


def test_the_net_is_skorchs_and_holds_the_module_and_the_history():
    mlp = fitted()
    assert isinstance(mlp.net_, NeuralNet)
    assert mlp.net_.module_ is mlp.module_
    assert len(mlp.net_.history) == mlp.n_epochs_
    np.testing.assert_array_equal(mlp.net_.history[:, "loss"], mlp.history_["loss"])
    np.testing.assert_array_equal(mlp.net_.history[:, "dur"], mlp.history_["seconds"])


def test_net_and_module_are_built_when_they_are_asked_for():
    mlp = fitted()
    mlp.predict(X)
    assert mlp._hosted._net is None
    assert "module" not in vars(mlp._fitted_network)
    twin = pickle.loads(pickle.dumps(mlp))
    assert mlp.net_ is mlp.net_
    assert mlp.module_ is mlp.module_
    np.testing.assert_array_equal(twin.net_.history[:, "loss"], mlp.history_["loss"])
    assert all(map(torch.equal, twin.module_.parameters(), mlp.module_.parameters()))


def test_there_is_no_module_before_a_fit():
    assert not hasattr(MLPClassifier(), "module_")
    with pytest.raises(AttributeError, match="MLPClassifier has no module_ before"):
        MLPClassifier().module_  # noqa: B018
    with pytest.raises(NotFittedError, match="fit"):
        MLPClassifier().predict(X)


@pytest.mark.parametrize("verbose", [0, 1, True])
def test_verbose_prints_a_line_an_epoch(verbose, capsys):
    mlp = fitted(verbose=verbose)
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if line.startswith("epoch ")]
    assert len(rows) == (mlp.n_epochs_ if verbose else 0)
    assert bool(lines) == bool(verbose)
    if verbose:
        assert f"loss {mlp.history_['loss'][0]:.4g}" in rows[0]
