"""Optimizers of torch in training, compared with torch loops by hand and with known minima."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from sklearn_deep.losses import CrossEntropy, SquaredError
from sklearn_deep.noise import Dropout
from sklearn_deep.optimizers import LBFGS, Adam, TorchOptimizer
from sklearn_deep.penalties import L2, CallablePenalty, MaxNorm
from sklearn_deep.schedules import Exponential
from sklearn_deep.training import Data, train
from sklearn_deep.training._loop.training import Training
from tests._support.plans import make_data, make_plan

pytestmark = pytest.mark.usefixtures("_one_thread")

KINDS = {
    "adagrad": (torch.optim.Adagrad, {"lr_decay": 0.01}),
    "adadelta": (torch.optim.Adadelta, {}),
    "adamax": (torch.optim.Adamax, {"betas": (0.8, 0.99)}),
    "asgd": (torch.optim.ASGD, {}),
    "radam": (torch.optim.RAdam, {}),
    "rprop": (torch.optim.Rprop, {"etas": (0.4, 1.3)}),
    "adam": (torch.optim.Adam, {"amsgrad": True}),
}


def objective_of(plan, network):
    """Return a function that computes J on all samples, written out."""

    def objective():
        rows = plan.loss.rows(network(plan.data.x), plan.data.y)
        mean = (plan.data.weight * rows).sum() / plan.data.weight.sum()
        matrices = (p for p in network.parameters() if p.ndim == 2)
        decays = zip(plan.weight_decay, matrices, strict=True)
        return mean + sum(decay / 2 * w.square().sum() for decay, w in decays)

    return objective


def by_hand(plan, optimizer_of, n_steps, after_step=lambda optimizer: None):
    """Return the network after some steps of torch's optimizer, and J before each step."""
    network, curve = plan.build({}), []
    optimizer, objective = optimizer_of(list(network.parameters())), objective_of(plan, network)

    def closure():
        optimizer.zero_grad()
        value = objective()
        value.backward()
        return value

    for _ in range(n_steps):
        curve.append(float(optimizer.step(closure).detach()))
        after_step(optimizer)
    return network, curve


def assert_equal_networks(mine, theirs, **tolerance):
    for a, b in zip(mine.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a.detach(), b.detach(), **tolerance)


@pytest.mark.parametrize(("kind", "options"), KINDS.values(), ids=KINDS)
def test_a_class_of_torch_is_torch_by_hand(kind, options):
    data = make_data(n=32, dtype=torch.float64)
    plan = make_plan(
        data,
        hidden=(12,),
        activation=torch.tanh,
        optimizer=TorchOptimizer(kind, options=options),
        learning_rate=0.02,
        schedule=Exponential(gamma=0.95),
        weight_decay=(0.01, 0.1),
        max_epochs=40,
    )

    def slower(optimizer):
        optimizer.param_groups[0]["lr"] *= 0.95

    theirs, curve = by_hand(plan, lambda p: kind(p, lr=0.02, **options), 40, slower)
    result = train([plan])[0]
    np.testing.assert_allclose(result.history["loss"], curve, rtol=1e-9)
    assert_equal_networks(result.network, theirs, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("history_size", [2, 10])
def test_lbfgs_is_torch_s_by_hand(history_size):
    data = make_data(n=40, dtype=torch.float64)
    plan = make_plan(
        data,
        hidden=(12,),
        activation=torch.tanh,
        optimizer=LBFGS(history_size=history_size),
        weight_decay=(0.01, 0.1),
        batch_size=40,
        max_epochs=25,
    )
    # As many iterations in one call as there are epochs here.
    settings = {"history_size": history_size, "line_search_fn": "strong_wolfe"}
    theirs, _ = by_hand(
        plan, lambda p: torch.optim.LBFGS(p, max_iter=25, max_eval=10**6, **settings), 1
    )
    result = train([plan])[0]
    assert (np.diff(result.history["loss"]) < 0).all()
    assert_equal_networks(result.network, theirs, rtol=1e-6, atol=1e-8)
    final = objective_of(plan, theirs)().item()
    assert train([plan])[0].history["loss"][-1] > final
    assert objective_of(plan, result.network)().item() == pytest.approx(final, rel=1e-9)


@pytest.fixture
def regression():
    """Return samples of a linear problem with noise and weights, ``(60, 5)``."""
    chance = np.random.default_rng(0)
    x = chance.normal(size=(60, 5)) * [0.3, 1.0, 1.0, 2.0, 3.0]
    y = x @ chance.normal(size=(5, 2)) + 3.0 + chance.normal(size=(60, 2))
    return x, y, chance.uniform(0.1, 2.0, size=60)


def data_of(x, y, weight):
    x, y, weight = map(torch.from_numpy, (x, y, weight))
    return Data(x, y, weight / weight.mean(), weight)


LINEAR = {"hidden": (), "batch_size": 60, "optimizer": LBFGS(), "metric": "r2"}


def test_lbfgs_finds_the_least_squares(regression):
    x, y, weight = regression
    settings = LINEAR | {"loss": SquaredError(), "max_epochs": 40}
    network = train([make_plan(data_of(x, y, weight), **settings)])[0].network
    root = np.sqrt(weight)[:, None]
    expected = np.linalg.lstsq(root * np.column_stack([x, np.ones(60)]), root * y, rcond=None)[0]
    np.testing.assert_allclose(network.output.weight.detach().T, expected[:5], atol=1e-4)
    np.testing.assert_allclose(network.output.bias.detach(), expected[5], atol=1e-4)


@pytest.mark.parametrize("penalized", [False, True], ids=["weight_decay", "penalty"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_lbfgs_finds_the_minimum_that_logistic_regression_finds(n_classes, penalized, regression):
    x, y, weight = regression
    labels = np.digitize(y[:, 0], np.quantile(y[:, 0], np.linspace(0, 1, n_classes + 1)[1:-1]))
    target = labels[:, None].astype(float) if n_classes == 2 else np.eye(3)[labels]
    strength = {"penalties": (L2(l2=0.1),)} if penalized else {"weight_decay": (0.1,)}
    loss = CrossEntropy(binary=n_classes == 2)
    settings = LINEAR | strength | {"loss": loss, "metric": "accuracy", "max_epochs": 80}
    network = train([make_plan(data_of(x, target, weight), **settings)])[0].network
    theirs = LogisticRegression(C=1 / (0.1 * weight.sum()), tol=1e-12, max_iter=10000)
    theirs.fit(x, labels, sample_weight=weight)
    np.testing.assert_allclose(network.output.weight.detach(), theirs.coef_, atol=1e-4)
    bias = network.output.bias.detach().numpy()
    np.testing.assert_allclose(
        bias - bias.mean() * (n_classes > 2),
        theirs.intercept_ - theirs.intercept_.mean() * (n_classes > 2),
        atol=1e-4,
    )


def test_lbfgs_sees_the_same_noise_at_every_look_of_a_step():
    plan = make_plan(
        make_data(n=40, dtype=torch.float64),
        noise={"dropout.1": Dropout(rate=0.3)},
        hidden=(12,),
        optimizer=LBFGS(),
        batch_size=40,
        max_epochs=3,
    )
    training = Training([plan])
    seen, blocks = [], training.steps.gradient_step.draws.blocks

    def watched(epoch, batch):
        drawn = blocks(epoch, batch)
        seen.append((epoch, drawn[0].clone()))
        return drawn

    training.steps.gradient_step.draws.blocks = watched
    while training.running:
        training.run_epoch()
    assert len(seen) > 3
    first = dict(reversed(seen))
    assert all(torch.equal(block, first[epoch]) for epoch, block in seen)
    assert not torch.equal(first[0], first[1])


def test_a_ceiling_on_norms_holds_under_lbfgs_too():
    plan = make_plan(
        make_data(n=40),
        hidden=(12,),
        optimizer=LBFGS(),
        penalties=(MaxNorm(max_norm=0.5), None),
        batch_size=40,
    )
    weight = train([plan])[0].network.hidden[0].linear.weight
    assert weight.norm(dim=1).max() <= 0.5 + 1e-6


def test_who_trains_alone():
    data = make_data(20)
    function = CallablePenalty(lambda w: (w @ w.T).sigmoid().sum())
    settings = {
        "adam": {"optimizer": Adam(), "penalties": (None, L2(l2=0.1), MaxNorm(max_norm=1.0))},
        "lbfgs": {"optimizer": LBFGS()},
        "a class of torch": {"optimizer": TorchOptimizer(torch.optim.Adagrad)},
        "any function of the weights": {"penalties": (None, function, None)},
    }
    found = {name: make_plan(data, **s).trains_alone() for name, s in settings.items()}
    assert found == dict.fromkeys(settings, True) | {"adam": False}
