"""The effect of weights in batches of any size: a plain torch loop, and balanced classes."""

import copy

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_sample_weight

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import SGD
from tests._support.torch_loop import Tape

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = (rng.random(40) < 0.2).astype(int)
SOME = np.where(np.arange(40) % 3 == 0, Y, -1)
WEIGHT = np.where(np.arange(40) % 4 == 1, 0.0, rng.uniform(0.1, 3.0, size=40))
BALANCED = compute_sample_weight("balanced", Y)
OF_LABELS = np.where(SOME < 0, 0, WEIGHT)
SETTINGS = {
    "optimizer": SGD(momentum=0.0),
    "learning_rate": 0.05,
    "max_epochs": 3,
    "early_stopping": False,
    "dtype": "float64",
    "random_state": 0,
}
JOINT = {"encoder_layer_sizes": (4,), "beta": 0.3, "unlabeled_value": -1}


def by_hand(tape, net, weights, rate=0.05, beta=0.3):
    """Return the parameters of a loop whose J is Σ w·L / (B · mean w), for each term of J."""
    module, terms = copy.deepcopy(tape.start_), len(weights)
    place = {row.tobytes(): i for i, row in enumerate(X)}
    for x, y in (batch for epoch in tape.epochs_ for batch in epoch):
        rows = [place[row.numpy().tobytes()] for row in x]
        output = module(x)
        outputs = output if terms == 2 else [output]
        losses = []
        if net.criterion_.loss is not None:
            target = y.double().reshape(len(x), -1)
            losses.append(net.criterion_.loss.rows(outputs[0], target))
        if net.criterion_.reconstruction is not None:
            losses.append(net.criterion_.reconstruction.rows(outputs[-1], x))
        shares = (beta, 1 - beta) if terms == 2 else (1.0,)
        total = 0.0
        for share, loss, weight in zip(shares, losses, weights, strict=True):
            own = torch.from_numpy(weight[rows] / weight.mean())
            total = total + share * (own * loss).sum() / len(x)
        # A batch without a sample of positive weight makes no step.
        if total.item() > 0:
            slopes = torch.autograd.grad(total, list(module.parameters()))
            with torch.no_grad():
                for parameter, slope in zip(module.parameters(), slopes, strict=True):
                    parameter.sub_(rate * slope)
    return module


KINDS = [
    (MLPClassifier((4,)), Y, WEIGHT, [WEIGHT]),
    (MLPClassifier((4,), class_weight="balanced"), Y, None, [BALANCED]),
    (MLPRegressor((4,), normalize_y=False), Y, 1e-9 * WEIGHT, [WEIGHT]),
    (AutoencoderTransformer(2, encoder_layer_sizes=(4,)), None, WEIGHT, [WEIGHT]),
    (JointAEClassifier(2, **JOINT), SOME, WEIGHT, [OF_LABELS, WEIGHT]),
    (
        JointAEClassifier(2, class_weight={1: 5.0}, **JOINT),
        SOME,
        None,
        [np.where(SOME < 0, 0.0, np.where(Y == 1, 5.0, 1.0)), np.ones(40)],
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 7, 40])
@pytest.mark.parametrize(("estimator", "y", "given", "weights"), KINDS)
def test_a_batch_is_divided_by_its_samples_and_the_mean_weight(
    estimator, y, given, weights, batch_size
):
    tape = Tape()
    estimator.set_params(batch_size=batch_size, net_callbacks=[tape], **SETTINGS)
    if y is None:
        estimator.fit(X, sample_weight=given)
    else:
        estimator.fit(X, y, sample_weight=given)
    expected = by_hand(estimator.net_.callbacks[0], estimator.net_, weights)
    for mine, theirs in zip(estimator.module_.parameters(), expected.parameters(), strict=True):
        np.testing.assert_allclose(mine.detach(), theirs.detach(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 7])
def test_the_loss_in_the_history_is_the_weighted_mean(batch_size):
    mlp = MLPClassifier((4,), **SETTINGS | {"learning_rate": 1e-12, "batch_size": batch_size})
    first = mlp.fit(X, Y, WEIGHT).history_["loss"][0]
    probability = mlp.predict_proba(X)[np.arange(40), Y]
    assert first == pytest.approx(np.average(-np.log(probability), weights=WEIGHT), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("weighted", ["classes", "samples", "joint"])
@pytest.mark.parametrize("batch_size", [1, 16, 1000])
def test_balanced_classes_are_equally_likely_at_every_batch_size(batch_size, weighted):
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(1000, 2))  # independent of y
    y = (np.arange(1000) % 25 == 0).astype(int)
    settings = {
        "learning_rate": {1: 3e-4, 16: 2e-3, 1000: 0.05}[batch_size],
        "max_epochs": {1: 4, 16: 30, 1000: 60}[batch_size],
        "batch_size": batch_size,
        "early_stopping": False,
        "random_state": 0,
    }
    weight = None
    if weighted == "joint":
        estimator = JointAEClassifier(
            2, encoder_layer_sizes=(), class_weight="balanced", **settings
        )
    else:
        by_class = "balanced" if weighted == "classes" else None
        estimator = MLPClassifier((), class_weight=by_class, **settings)
    if weighted == "samples":
        weight = compute_sample_weight("balanced", y)
    estimator.fit(rows, y, weight)
    assert estimator.predict_proba(rows)[:, 1].mean() == pytest.approx(0.5, abs=0.03)
