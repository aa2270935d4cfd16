"""A user-defined function that cannot be used raises an error that names it, before training."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from torch import Tensor
from torch.nn import functional as F

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.augmentation import Augmentation
from sklearn_deep.losses import Loss
from sklearn_deep.penalties import Penalty
from sklearn_deep.schedules import Schedule
from sklearn_deep.training import Training
from tests._support.for_all import for_all
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3

FUNCTIONS = [
    ("penalty", lambda w: w, ["weight matrix of shape (4, 3)", "got (4, 3)", "Sum over"]),
    ("penalty", lambda w: 3.0, ["tensor of shape ()", "got 3.0"]),
    ("penalty", lambda w: w.sum().item(), ["got 12.0", "without .item()"]),
    ("penalty", lambda w: w.detach().sum(), ["no gradient", "without .detach()"]),
    ("penalty", lambda w: w.numpy().sum(), ["RuntimeError: Can't call numpy()"]),
    ("penalty", lambda w, v: w.sum(), ["TypeError:", "missing 1 required positional argument"]),
    ("penalty", lambda w: w.nothing(), ["AttributeError:", "'nothing'"]),
    ("augmentation", lambda x, g: x[:, :2], ["samples of shape (4, 3)", "(4, 3), got (4, 2)"]),
    ("augmentation", lambda x, g: x[:2], ["(4, 3), got (2, 3)"]),
    ("augmentation", lambda x, g: None, ["got None"]),
    ("augmentation", lambda x, g: x / 0, ["finite samples"]),
    ("augmentation", lambda x: x, ["TypeError:", "2 were given"]),
    ("schedule", lambda epoch: np.nan, ["first epoch", "finite factor >= 0, got nan for epoch 0"]),
    ("schedule", lambda epoch: "a", ["finite factor >= 0, got 'a'"]),
    ("schedule", lambda epoch: None, ["finite factor >= 0, got None"]),
    ("schedule", lambda: 1.0, ["TypeError:", "1 was given"]),
    ("activation", lambda z: z.nothing(), ["shape (2, 4)", "AttributeError:", "'nothing'"]),
]
LOSSES = [
    (F.mse_loss, ["outputs of shape (4, 1)", "one loss per sample", "shape (4,), got shape ()"]),
    (torch.nn.MSELoss(), ["MSELoss()", "reduction='none'"]),
    (lambda output, target: output - target, ["got shape (4, 1)", ".mean(-1)"]),
    (lambda output, target: 0.0, ["got float"]),
    (lambda output, target: (output - target).detach().abs().mean(-1), ["no gradient"]),
    (lambda output, target: (output - target).long().sum(-1), ["no gradient", "on floats"]),
    (lambda output: output, ["TypeError:", "2 were given"]),
]


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("name", "function", "words"), FUNCTIONS)
def test_a_function_that_fails_is_named_with_its_parameter(kind, name, function, words):
    estimator = kind((4,)).set_params(**{name: function})
    check_refused(estimator, [f"{name!r} parameter of {kind.__name__} fails", *words], X, Y)


@pytest.mark.parametrize(("function", "words"), LOSSES)
def test_a_loss_that_fails_is_named_with_its_parameter(function, words):
    estimator = MLPRegressor((4,), loss=function)
    check_refused(estimator, ["'loss' parameter of MLPRegressor fails", *words], X, X[:, 0])


@pytest.mark.parametrize("name", ["penalty", "augmentation", "schedule", "loss"])
def test_nothing_is_trained_before_that(name, monkeypatch):
    def begun(self):
        raise AssertionError("training has begun")

    monkeypatch.setattr(Training, "run_epoch", begun)
    mlp = MLPRegressor().set_params(**{name: lambda *_: None})
    with pytest.raises(ValueError, match=name):
        mlp.fit(X, X[:, 0])


def test_the_cause_leads_to_the_line_at_fault():
    def penalty(weight):
        return weight.nothing()

    with pytest.raises(ValueError, match="'penalty'") as raised:
        MLPClassifier(penalty=penalty).fit(X, Y)
    assert isinstance(raised.value.__cause__, AttributeError)


@pytest.mark.parametrize("n", [1, 4, 5])
def test_rows_are_not_taken_for_columns(n):
    X = np.random.default_rng(0).normal(size=(24, n))
    with pytest.raises(ValueError, match="fails on samples"):
        MLPRegressor(augmentation=lambda x, _: x.T).fit(X, X)
    with pytest.raises(ValueError, match="fails on outputs"):
        MLPRegressor(loss=lambda output, target: (output - target).abs().mean(0)).fit(X, X)


@dataclass(eq=False, repr=False)
class Matrix(Penalty):
    strength: float | Tensor = 1.0

    def penalty(self, weight):
        # Numbers are tensors here, as in training, because a float has no exp.
        return self.strength.exp() * weight


@dataclass(eq=False, repr=False)
class Growing(Penalty):
    projects = True

    def project(self, weight):
        return torch.cat([weight, weight])


class Scalar(Loss):
    def rows(self, output, target):
        return (output - target).square().mean()


@dataclass(eq=False, repr=False)
class Targets(Augmentation):
    def augment(self, x, y, weight, generator):
        return x, y[:, 0]


class Two(Schedule):
    def factors(self, times, n_epochs):
        return np.ones(2)


@pytest.mark.parametrize(
    ("name", "plugin", "words"),
    [
        ("penalty", Matrix(), ["one number", "shape (), got shape (4, 3)"]),
        ("penalty", Growing(), ["weights", "shape (4, 3), got shape (8, 3)"]),
        ("loss", Scalar(), ["one loss per sample", "shape (4,), got shape ()"]),
        ("augmentation", Targets(), ["one target for each sample", "(4, 1), got shape (4,)"]),
        ("schedule", Two(), ["one factor per step", "shape (1,), got ndarray"]),
    ],
)
def test_a_plug_in_of_the_user_is_tried_too(name, plugin, words):
    estimator = MLPRegressor((4,)).set_params(**{name: plugin})
    check_refused(estimator, [f"{name!r} parameter of MLPRegressor fails", *words], X, X[:, 0])


@pytest.mark.parametrize("rows", [X, X[:1], csr_array(X)], ids=["many", "one", "sparse"])
def test_functions_that_work_are_trained_with(rows):
    mlp = MLPRegressor(
        (4,),
        loss=lambda output, target: (output - target).square().mean(-1),
        penalty=lambda weight: weight.square().sum() if weight.sum() > 0 else weight.abs().sum(),
        augmentation=lambda x, generator: x.flip(1).numpy(),
        schedule=lambda epoch: np.float32(1 / (1 + epoch)),
        max_epochs=2,
    )
    assert np.isfinite(mlp.fit(rows, X[: rows.shape[0], 0]).history_["loss"]).all()


def test_functions_that_draw_move_no_generator_of_torch():
    def penalty(weight):
        return torch.rand(()) * weight.sum()

    state = torch.get_rng_state()
    MLPRegressor((4,), penalty=penalty, max_epochs=1).fit(X, X[:, 0])
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_it_makes_no_difference_whether_gradients_are_off(mode):
    with mode():
        MLPRegressor((4,), penalty=torch.sum, max_epochs=1).fit(X, X[:, 0])
