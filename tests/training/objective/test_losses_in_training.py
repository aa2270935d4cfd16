"""Losses of members in training: the comparison for each, and histories that scikit-learn confirms."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, mean_pinball_loss, r2_score

from sklearn_deep.losses import (
    AbsoluteError,
    CallableLoss,
    CrossEntropy,
    Focal,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)
from sklearn_deep.schedules import Exponential
from sklearn_deep.training import Data, train
from sklearn_deep.training._objective.metrics import subset_accuracy, true_labels
from tests._support.plans import make_data, make_members, make_numbers, make_plan, obey


def log_cosh(output, target):
    return (output - target).tanh().cosh().log().mean(-1)


NUMBERS = {
    "squared_error": [SquaredError()] * 3,
    "absolute_error": [AbsoluteError()] * 3,
    "huber": [Huber(delta=d) for d in (0.1, 1.0, 5.0)],
    "quantile": [Quantile(quantile=q) for q in (0.1, 0.5, 0.9)],
    "poisson": [Poisson()] * 3,
    "callable": [CallableLoss(log_cosh)] * 3,
}
CLASSES = {
    "cross_entropy": [CrossEntropy()] * 3,
    "focal": [Focal(gamma=g) for g in (0.0, 0.5, 2.0)],
}
LABELS = {
    "cross_entropy": [CrossEntropy(binary=True)] * 3,
    "focal": [Focal(gamma=g, binary=True) for g in (0.0, 0.5, 2.0)],
}


@pytest.mark.slow
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("name", NUMBERS)
def test_members_with_losses_for_numbers_train_as_each_alone(name, n_outputs, structure):
    data = make_numbers(120, n_outputs=n_outputs)
    each = [{"loss": loss} for loss in NUMBERS[name]]
    obey(make_members(data, each, metric="r2", **structure))


@pytest.mark.parametrize("name", CLASSES)
def test_members_with_losses_for_classes_train_as_each_alone(name, structure):
    data = make_data(120, n_features=37)
    obey(make_members(data, [{"loss": loss} for loss in CLASSES[name]], **structure))


@pytest.fixture
def make_labels():
    """Return a function that makes samples with any number of labels."""

    def make(n=120, *, n_labels=3):
        data = make_data(n, n_features=37)
        return data._replace(y=(data.x[:, :n_labels] + data.x[:, 5:6] > 0.3).float())

    return make


@pytest.mark.parametrize("n_labels", [1, 3])
@pytest.mark.parametrize("name", LABELS)
def test_multilabel_members_train_as_each_alone(name, n_labels, structure, make_labels):
    each = [{"loss": loss} for loss in LABELS[name]]
    data = make_labels(n_labels=n_labels)
    obey(make_members(data, each, metric="subset_accuracy", **structure))


def test_subset_accuracy_is_that_of_scikit_learn(make_labels):
    data, held_out = make_labels(), make_labels(150)
    weight = torch.linspace(0.1, 2.0, 150)
    plan = make_plan(
        data,
        loss=CrossEntropy(binary=True),
        metric="subset_accuracy",
        validation=held_out._replace(sample_weight=weight),
    )
    result = train([plan])[0]
    predicted = (result.network(held_out.x) > 0).int()
    expected = accuracy_score(held_out.y.int(), predicted, sample_weight=weight)
    assert 0 < expected < 1
    assert result.history["val_accuracy"][-1] == pytest.approx(expected, rel=1e-5)


def test_subset_accuracy_wants_every_label_right():
    output = torch.tensor([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, 1.0]])
    target = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    columns = output, true_labels(target), torch.tensor([1.0, 1.0, 2.0, 4.0])
    assert subset_accuracy(*(column[None, None] for column in columns)).tolist() == [3 / 8]


def test_r2_of_counts_is_that_of_the_predicted_counts():
    data, held_out = make_numbers(), make_numbers(60, seed=1)
    result = train([make_plan(data, loss=Poisson(), metric="r2", validation=held_out)])[0]
    predicted = result.network(held_out.x).exp().detach()
    expected = r2_score(held_out.y, predicted, sample_weight=held_out.weight)
    assert result.history["val_r2"][-1] == pytest.approx(expected, rel=1e-5)


def test_a_quantile_s_history_is_the_pinball_loss():
    data, held_out = make_numbers(n_outputs=3), make_numbers(60, seed=1, n_outputs=3)
    plan = make_plan(data, loss=Quantile(quantile=0.8), metric="r2", validation=held_out)
    result = train([plan])[0]
    predicted = result.network(held_out.x).detach()
    expected = mean_pinball_loss(held_out.y, predicted, alpha=0.8, sample_weight=held_out.weight)
    assert result.history["val_loss"][-1] == pytest.approx(expected, rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("loss", "best"),
    [
        (SquaredError(), lambda y: y.mean()),
        (AbsoluteError(), np.median),
        (Quantile(quantile=0.8), lambda y: np.quantile(y, 0.8)),
        (Poisson(), lambda y: np.log(y.mean())),
    ],
    ids=["squared_error", "absolute_error", "quantile", "poisson"],
)
def test_training_finds_the_best_constant(loss, best):
    y = torch.from_numpy(np.random.default_rng(0).gamma(2.0, size=(101, 1)))
    x, ones = torch.zeros(101, 1, dtype=y.dtype), torch.ones(101, dtype=y.dtype)
    plan = make_plan(
        Data(x, y, ones, ones),
        hidden=(),
        loss=loss,
        metric="r2",
        learning_rate=0.1,
        schedule=Exponential(gamma=0.99),
        batch_size=101,
        max_epochs=500,
    )
    network = train([plan])[0].network
    assert network.output.bias.item() == pytest.approx(best(y.numpy()), abs=0.02)
