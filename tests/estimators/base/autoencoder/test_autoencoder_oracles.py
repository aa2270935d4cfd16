"""Autoencoders compared with closed forms, numpy and other estimators."""

import numpy as np
import pytest
import torch
from scipy.linalg import subspace_angles
from scipy.special import log_softmax
from sklearn.decomposition import PCA

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, JointAERegressor, MLPClassifier
from sklearn_deep.estimators._data.call import FitCall
from sklearn_deep.noise import Masking
from sklearn_deep.penalties import L2, CodeKL, CodeL1, Contractive
from sklearn_deep.training import train

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 6)) @ np.diag([3, 2, 1, 0.7, 0.5, 0.3]) @ rng.normal(size=(6, 6))
X = (X - X.mean(0)) / X.std()
CLASSES = rng.integers(3, size=60)
WEIGHT = rng.uniform(0.1, 2, size=60)
UNLABELED = rng.uniform(size=60) < 0.4
LINEAR = {"encoder_layer_sizes": (), "dtype": "float64", "random_state": 0}
ONE_STEP = {
    "max_epochs": 1,
    "batch_size": 60,
    "dtype": "float64",
    "encoder_layer_sizes": (5,),
    "code_activation": "logistic",
}


@pytest.mark.slow
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("n_components", [1, 3])
def test_a_linear_autoencoder_finds_the_subspace_of_pca(n_components, tied):
    linear = AutoencoderTransformer(
        n_components, optimizer="lbfgs", max_epochs=100, tied_weights=tied, **LINEAR
    ).fit(X)
    pca = PCA(n_components).fit(X)
    error = np.square(X - pca.inverse_transform(pca.transform(X))).mean()
    assert -linear.score(X) == pytest.approx(error, rel=0.01)
    decoder = linear.inverse_transform(np.eye(n_components)) - linear.inverse_transform(
        np.zeros((1, n_components))
    )
    assert subspace_angles(decoder.T, pca.components_.T).max() < 0.02


def first_network(estimator, y=None, weight=None):
    """Return the plan of a fit and its network before the first step."""
    plan = estimator._plan(FitCall(X, y, weight), seed=3)
    return plan, plan.build({})


def first_values(plan):
    history = train([plan])[0].history
    return {name: values[0] for name, values in history.items()}


def numbers(tensor):
    return tensor.detach().numpy()


def jacobian_norms(module):
    rows = torch.from_numpy(X)
    jacobians = [torch.func.jacrev(module.encode)(row[None]) for row in rows]
    return np.array([jacobian.square().sum().item() for jacobian in jacobians])


def divergence(module, rho):
    code = numbers(module.encode(torch.from_numpy(X)))
    active = np.average(code, axis=0, weights=WEIGHT)
    terms = rho * np.log(rho / active) + (1 - rho) * np.log((1 - rho) / (1 - active))
    return terms.sum()


def magnitudes(module):
    return np.abs(numbers(module.encode(torch.from_numpy(X)))).sum(1)


def squares_of_weights(module):
    return sum(p.square().sum().item() for n, p in module.named_parameters() if "weight" in n) / 2


PENALTIES = {
    "l1": (CodeL1(l1=0.3), lambda m: 0.3 * np.average(magnitudes(m), weights=WEIGHT)),
    "kl": (CodeKL(rho=0.2, strength=0.7), lambda m: 0.7 * divergence(m, 0.2)),
    "contractive": (
        Contractive(strength=0.4),
        lambda m: 0.4 * np.average(jacobian_norms(m), weights=WEIGHT),
    ),
    "l1 beside l2": (
        [CodeL1(l1=0.3), L2(l2=0.1)],
        lambda m: 0.3 * np.average(magnitudes(m), weights=WEIGHT) + 0.1 * squares_of_weights(m),
    ),
}


@pytest.mark.parametrize("name", PENALTIES)
def test_the_first_loss_is_the_error_plus_the_penalty_of_the_code(name):
    penalty, formula = PENALTIES[name]
    estimator = AutoencoderTransformer(3, penalty=penalty, **ONE_STEP)
    plan, module = first_network(estimator, weight=WEIGHT)
    errors = np.square(numbers(module(torch.from_numpy(X))) - X).mean(1)
    expected = np.average(errors, weights=WEIGHT) + formula(module)
    assert first_values(plan)["loss"] == pytest.approx(expected)


def test_noise_is_on_the_rows_and_not_on_the_target():
    estimator = AutoencoderTransformer(3, input_noise=Masking(rate=1.0), **ONE_STEP)
    plan, module = first_network(estimator)
    blind = numbers(module(torch.zeros(60, 6, dtype=torch.float64)))
    assert first_values(plan)["loss"] == pytest.approx(np.square(blind - X).mean())


@pytest.mark.parametrize("head_input", ["code", "reconstruction"])
@pytest.mark.parametrize("beta", [0.2, 0.7, 1.0])
def test_j_is_the_weighted_sum_of_its_terms(beta, head_input):
    y = np.where(UNLABELED, -1, CLASSES)
    estimator = JointAEClassifier(
        4,
        beta=beta,
        unlabeled_value=-1,
        head_input=head_input,
        head_layer_sizes=(5,),
        **ONE_STEP,
    )
    plan, module = first_network(estimator, y, WEIGHT)
    logits, reconstruction = map(numbers, module(torch.from_numpy(X)))
    cross_entropy = -log_softmax(logits, axis=1)[np.arange(60), CLASSES]
    predicted = np.average(cross_entropy, weights=WEIGHT * ~UNLABELED)
    reconstructed = np.average(np.square(reconstruction - X).mean(1), weights=WEIGHT)
    values = first_values(plan)
    assert values["loss_prediction"] == pytest.approx(predicted)
    assert values["loss_reconstruction"] == pytest.approx(reconstructed)
    assert values["loss"] == pytest.approx(beta * predicted + (1 - beta) * reconstructed)
    right = logits.argmax(1) == CLASSES
    accuracy = np.average(right, weights=WEIGHT * ~UNLABELED)
    assert values["accuracy"] == pytest.approx(accuracy)


def test_j_of_a_regressor_is_the_weighted_sum_of_its_terms():
    target = X @ rng.normal(size=6)
    estimator = JointAERegressor(4, beta=0.3, normalize_y=False, **ONE_STEP)
    plan, module = first_network(estimator, np.where(UNLABELED, np.nan, target), WEIGHT)
    outputs, reconstruction = map(numbers, module(torch.from_numpy(X)))
    halves = np.square(outputs[:, 0] - target) / 2
    predicted = np.average(halves, weights=WEIGHT * ~UNLABELED)
    reconstructed = np.average(np.square(reconstruction - X).mean(1), weights=WEIGHT)
    values = first_values(plan)
    assert values["loss_prediction"] == pytest.approx(predicted)
    assert values["loss_reconstruction"] == pytest.approx(reconstructed)
    assert values["loss"] == pytest.approx(0.3 * predicted + 0.7 * reconstructed)


def test_the_gradient_of_j_is_that_of_autograd():
    y = np.where(UNLABELED, -1, CLASSES)
    rate = 1e-3
    estimator = JointAEClassifier(
        4,
        beta=0.3,
        unlabeled_value=-1,
        tied_weights=True,
        optimizer=torch.optim.SGD,
        learning_rate=rate,
        **ONE_STEP,
    )
    plan, module = first_network(estimator, y)
    rows, labels = torch.from_numpy(X), torch.from_numpy(CLASSES)
    labeled = torch.from_numpy(~UNLABELED)
    logits, reconstruction = module(rows)
    j = 0.3 * torch.nn.functional.cross_entropy(logits[labeled], labels[labeled])
    j = j + 0.7 * (reconstruction - rows).square().mean()
    j.backward()
    trained = dict(train([plan])[0].network.named_parameters())
    for name, parameter in module.named_parameters():
        expected = parameter.detach() - rate * parameter.grad
        torch.testing.assert_close(trained[name].detach(), expected)


def test_tied_weights_are_those_of_the_encoder_transposed():
    estimator = AutoencoderTransformer(
        3, encoder_layer_sizes=(5, 4), tied_weights=True, max_epochs=2, random_state=0
    ).fit(X)
    parameters = dict(estimator.module_.named_parameters())
    assert sum(name.endswith("weight") for name in parameters) == 3
    assert sum(p.numel() for p in parameters.values()) == 6 * 5 + 5 * 4 + 4 * 3 + 12 + 15
    h = codes = rng.normal(size=(7, 3))
    for i in (2, 1, 0):
        h = h @ numbers(parameters[f"hidden.{i}.linear.weight"])
        h = h + numbers(parameters[f"decoder.{2 - i}.linear.bias"])
        h = np.maximum(h, 0) if i else h
    np.testing.assert_allclose(estimator.inverse_transform(codes), h, rtol=1e-5, atol=1e-6)


ALIKE = {
    "plain": {},
    "batches of 13, early stopping": {"batch_size": 13, "early_stopping": True},
    "mixed rows, weights of classes": {"augmentation": "mixup", "class_weight": {0: 1, 1: 2, 2: 5}},
    "balanced classes, focal": {"class_weight": "balanced", "loss": "focal"},
    "noise": {"input_noise": 0.1, "weight_noise": 0.05, "schedule": "cosine"},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ALIKE)
def test_with_beta_1_it_is_the_classifier_without_a_decoder(name, dtype):
    wide = rng.normal(size=(60, 32))
    shared = {"max_epochs": 5, "batch_size": 32, "random_state": 7, "dtype": dtype}
    shared |= {"learning_rate": 1e-3, "schedule": None, "early_stopping": None} | ALIKE[name]
    joint = JointAEClassifier(
        32, encoder_layer_sizes=(64,), code_activation="relu", beta=1, **shared
    ).fit(wide, CLASSES, WEIGHT)
    mlp = MLPClassifier((64, 32), **shared).fit(wide, CLASSES, WEIGHT)
    theirs = joint.module_.state_dict()
    for parameter, mine in mlp.module_.state_dict().items():
        assert torch.equal(theirs[parameter], mine), parameter
    np.testing.assert_array_equal(joint.predict_proba(wide), mlp.predict_proba(wide))
    for value in mlp.history_.keys() - {"seconds"}:
        np.testing.assert_allclose(joint.history_[value], mlp.history_[value], rtol=1e-6)
