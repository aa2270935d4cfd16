"""Plug-in parameters of the wrong type: the error message says what to write instead."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.augmentation import Mixup, Shift
from sklearn_deep.losses import Focal, Huber
from sklearn_deep.optimizers import LBFGS, Adam, TorchOptimizer
from sklearn_deep.penalties import L1
from sklearn_deep.schedules import Cosine, Plateau, StepDecay, WarmUp
from tests._support.for_all import for_all
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3

REFUSED = [
    ("penalty", "orthogonal", ["'orthogonal'", "Did you mean 'orthogonality'?", "'max_norm'"]),
    ("penalty", ["l1", "l9"], ["'l9'", "'l1', 'l1l2'"]),
    ("penalty", ["l1"], ["sequence of 2", "each weight matrix", "None for no penalty", "got 1"]),
    ("penalty", np.array(["l1"] * 3), ["sequence of 2", "got 3"]),
    ("penalty", [], ["sequence of 2", "got 0: []"]),
    ("augmentation", "mix_up", ["'mix_up'", "Did you mean 'mixup'?", "'rotate_scale'"]),
    ("optimizer", "rmsprp", ["'rmsprp'", "Did you mean 'rmsprop'?", "'lbfgs'"]),
    ("schedule", "cosin", ["'cosin'", "Did you mean 'cosine'?", "'plateau'"]),
    (
        "schedule",
        Plateau(monitor="val_los"),
        ["'val_los'", "not recorded", "Did you mean", "'val_loss'"],
    ),
    ("schedule", WarmUp(then=Plateau(monitor="f2")), ["monitors 'f2'", "not recorded"]),
]
WRONG_KIND = [
    ("penalty", 3, ["a name, an instance of Penalty or a function", "got 3", "'l1l2'"]),
    ("penalty", Adam(), ["an instance of Penalty", "got Adam()"]),
    ("penalty", L1, ["the class L1", "Write penalty=L1()"]),
    ("penalty", [None, L1], ["the class L1", "Write L1()"]),
    ("augmentation", True, ["an instance of Augmentation or a function", "got True", "'mixup'"]),
    ("augmentation", L1(), ["an instance of Augmentation", "got L1()"]),
    ("augmentation", Mixup, ["the class Mixup", "Write augmentation=Mixup()"]),
    ("optimizer", None, ["an instance of Optimizer or a class of torch.optim", "got None"]),
    ("optimizer", torch.sin, ["a class of torch.optim", "sin", "'adam'"]),
    ("optimizer", LBFGS, ["the class LBFGS", "Write optimizer=LBFGS()"]),
    ("optimizer", TorchOptimizer, ["Write optimizer=TorchOptimizer(...)"]),
    ("schedule", 0.1, ["an instance of Schedule or a function", "got 0.1", "'cosine'"]),
    ("schedule", Cosine, ["the class Cosine", "Write schedule=Cosine()"]),
    ("schedule", torch.optim.lr_scheduler.StepLR, ["or a function", "StepLR", "'step'"]),
    ("net_callbacks", "x", ["list", "'x'"]),
]
NUMBERS = [
    ("penalty", L1(l1=-1.0), ["'l1' parameter of L1", "[0.0, inf)", "Got -1.0"]),
    ("penalty", [None, L1(l1=-1.0)], ["'l1' parameter of L1", "Got -1.0"]),
    ("augmentation", Mixup(copies=0), ["'copies' parameter of Mixup", "[1, inf)", "Got 0"]),
    ("augmentation", "shift", ["X of", "3 features", "Shift(image_shape=(height, width))"]),
    ("augmentation", Shift(image_shape=(2, 2)), ["'image_shape'", "features, 3", "(2, 2)"]),
    ("optimizer", Adam(clip_norm=0.0), ["'clip_norm' parameter of Adam", "(0.0, inf]", "Got 0.0"]),
    ("schedule", StepDecay(gamma=0.0), ["'gamma' parameter of StepDecay", "Got 0.0"]),
    ("schedule", WarmUp(then=StepDecay(gamma=0.0)), ["'gamma' parameter of StepDecay"]),
    (
        "optimizer",
        TorchOptimizer(torch.optim.Adam, options={"betas": (2, 0)}),
        ["options={'betas': (2, 0)}", "Adam says: Invalid beta"],
    ),
]
if hasattr(torch.optim, "Muon"):  # since torch 2.9
    words = ["Muon cannot train the weights and biases", "options=None"]
    NUMBERS.append(("optimizer", torch.optim.Muon, words))
SMOOTHING = [1, 1.0, -0.1, np.nan, "0.1", None]
NO_LOSS_FOR_CLASSES = ["squared_error", Huber(), F.l1_loss, torch.nn.CrossEntropyLoss(), 3, None]
NO_LOSS_FOR_NUMBERS = [
    ("focal", ValueError, ["for regression", "'focal'", "'squared_error'", "MLPClassifier"]),
    (Focal(), ValueError, ["for regression", "Focal()", "for classification"]),
    ("square_error", ValueError, ["Did you mean 'squared_error'?", "'poisson'"]),
    (Huber(delta=0.0), ValueError, ["'delta' parameter of Huber", "Got 0.0"]),
    (Huber, TypeError, ["Write loss=Huber()"]),
    (torch.nn.MSELoss, TypeError, ["an instance of Loss or a function", "MSELoss"]),
    (None, TypeError, ["an instance of Loss or a function", "got None"]),
]


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("name", "value", "words"), REFUSED)
def test_what_no_plug_in_has_is_refused_with_what_there_is(kind, name, value, words):
    check_refused(kind((4,)).set_params(**{name: value}), [name, kind.__name__, *words], X, Y)


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("name", "value", "words"), WRONG_KIND)
def test_what_is_no_plug_in_is_refused_with_what_to_write(kind, name, value, words):
    estimator = kind((4,)).set_params(**{name: value})
    check_refused(estimator, [name, kind.__name__, *words], X, Y, error=TypeError)


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("name", "value", "words"), NUMBERS)
def test_a_number_of_a_plug_in_is_refused_in_its_name(kind, name, value, words):
    check_refused(kind((4,)).set_params(**{name: value}), words, X, Y)


@for_all("value", SMOOTHING)
def test_all_of_a_target_cannot_be_spread(value):
    words = ["'label_smoothing' parameter of MLPClassifier", "[0.0, 1.0)", f"Got {value!r}"]
    check_refused(MLPClassifier((4,), label_smoothing=value), words, X, Y)


@for_all("loss", NO_LOSS_FOR_CLASSES)
def test_a_classifier_takes_losses_for_classes_only(loss):
    words = ["'loss' parameter of MLPClassifier", "'cross_entropy', 'focal' or", "MLPRegressor"]
    check_refused(MLPClassifier((4,), loss=loss), [*words, f"got {loss!r}"], X, Y)


@for_all(("loss", "error", "words"), NO_LOSS_FOR_NUMBERS)
def test_a_regressor_takes_losses_for_numbers_only(loss, error, words):
    check_refused(MLPRegressor((4,), loss=loss), ["'", *words], X, Y, error=error)


@pytest.mark.parametrize(("argument", "y"), [("y", -1 - Y), ("y_val", Y)])
def test_poisson_takes_no_negative_targets(argument, y):
    words = [f"{argument} of MLPRegressor.fit", "numbers >= 0 for the Poisson loss", "got -3"]
    check_refused(MLPRegressor((4,), loss="poisson"), words, X, y, X_val=X, y_val=-1 - Y)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_an_optimizer_that_needs_all_rows_takes_no_smaller_batch(kind):
    words = ["batch_size", kind.__name__, "'auto' or at least the 24", "LBFGS()", "got 5"]
    check_refused(kind((4,), optimizer="lbfgs", batch_size=5), words, X, Y)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_one_epoch_of_partial_fit_has_no_validation_rows_to_monitor(kind):
    mlp = kind((4,), schedule=Plateau(monitor="val_loss"))
    before = vars(mlp).copy()
    with pytest.raises(
        ValueError, match=r"'schedule' .*'val_loss', but partial_fit has no .*'loss'"
    ):
        mlp.partial_fit(X, Y, **({"classes": [0, 1, 2]} if kind is MLPClassifier else {}))
    assert vars(mlp) == before
