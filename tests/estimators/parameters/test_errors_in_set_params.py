"""An invalid ``set_params`` raises an error that says why, and changes nothing."""

import pytest
import torch

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import Adam
from sklearn_deep.schedules import StepDecay, WarmUp
from tests._support.for_all import for_all

REFUSED = [
    ({}, {"optimizer__beta_1": 0.5}, ["'optimizer__beta_1'", "'adam'", "optimizer=Adam()"]),
    ({}, {"early_stopping__patience": 3}, ["'auto'", "EarlyStopping(patience=10"]),
    ({}, {"schedule__patience": 3}, ["'auto'", "schedule=Plateau(", "monitor='val_loss'"]),
    (
        {"early_stopping": "convergence"},
        {"early_stopping__patience": 3},
        ["EarlyStopping(monitor='loss', patience=20)"],
    ),
    ({"early_stopping": True}, {"early_stopping__patience": 3}, ["True", "patience=10"]),
    ({"early_stopping": None}, {"early_stopping__patience": 3}, ["None", "instances"]),
    ({}, {"hidden_noise__std": 0.1}, ["hidden_noise=0.0", "hidden_noise=GaussianNoise()"]),
    ({"init": "he_normal"}, {"init__scale": 1.0}, ["init=VarianceScaling(scale=2.0)"]),
    ({}, {"activation__alpha": 0.1}, ["'relu'", "no parameter 'alpha'", "instances"]),
    ({}, {"dropout__rate": 0.1}, ["dropout=0.5", "no parameter 'rate'", "instances"]),
    ({"optimizer": "adm"}, {"optimizer__beta_1": 0.5}, ["'adm'", "instances"]),
    ({"optimizer": Adam()}, {"optimizer__beta_1": 0.5, "optimizer__beta": 1}, ["'beta'", "beta_2"]),
    ({"optimizer": Adam}, {"optimizer__beta_1": 0.5}, ["'optimizer__beta_1'", "optimizer=Adam()"]),
    (
        {"optimizer": torch.optim.SGD},
        {"optimizer__options": {"momentum": 0.9}},
        ["'optimizer__options'", "optimizer=TorchOptimizer(optimizer_class=<class"],
    ),
    ({"penalty": "l1"}, {"penalty__l1": 0.1}, ["penalty='l1'", "penalty=L1()"]),
    ({}, {"penalty__l1": 0.1}, ["penalty=None", "instances"]),
    ({"penalty": ["l1", None]}, {"penalty__l1": 0.1}, ["penalty=['l1', None]", "instances"]),
    ({"augmentation": "gaussian"}, {"augmentation__std": 1}, ["augmentation=GaussianCopies()"]),
    ({"augmentation": torch.add}, {"augmentation__copies": 2}, ["CallableAugmentation(function="]),
    ({"schedule": "step"}, {"schedule__gamma": 0.5}, ["schedule=StepDecay()"]),
    ({"schedule": "warm_up"}, {"schedule__then__gamma": 0.5}, ["schedule=WarmUp()"]),
    (
        {"schedule": WarmUp()},
        {"schedule__then__gamma": 0.5},
        ["'then__gamma' of WarmUp", "then=None", "'gamma'", "instances"],
    ),
    ({"warm_start": True}, {"warm_start__patience": 3}, ["warm_start=True", "instances"]),
    ({}, {"optimiser": "sgd"}, ["'optimiser'", "'optimizer'"]),
    ({}, {"optimiser__beta_1": 0.5}, ["'optimiser'", "'optimizer'"]),
]


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("given", "asked", "words"), REFUSED)
def test_a_failing_call_says_why_and_leaves_all_parameters(kind, given, asked, words):
    mlp = kind(**given)
    before = repr(mlp.get_params())
    with pytest.raises(ValueError, match="parameter") as raised:
        mlp.set_params(dropout=0.5, **asked)
    assert all(word in str(raised.value) for word in words)
    assert repr(mlp.get_params()) == before


def test_an_instance_and_its_numbers_can_be_set_at_once():
    mlp = MLPClassifier().set_params(optimizer__beta_1=0.5, optimizer=Adam())
    assert mlp.optimizer.beta_1 == 0.5


def test_a_plug_in_inside_another_and_its_numbers_can_be_set_at_once():
    mlp = MLPClassifier(schedule=WarmUp())
    mlp.set_params(schedule__then__gamma=0.5, schedule__then=StepDecay())
    assert mlp.schedule.then.gamma == 0.5


@pytest.mark.parametrize(
    ("mlp", "name", "instance"),
    [
        (MLPRegressor(loss="huber"), "loss__delta", "loss=Huber()"),
        (MLPClassifier(loss="focal"), "loss__gamma", "loss=Focal()"),
    ],
)
def test_a_number_of_a_named_loss_is_refused_with_the_instance(mlp, name, instance):
    with pytest.raises(ValueError, match=name) as raised:
        mlp.set_params(**{name: 0.5})
    assert instance in str(raised.value)
