"""Fits that may run at the same time as others draw nothing from torch's global generator."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep.augmentation import GaussianCopies, Mixup, RotateScale, Shift
from sklearn_deep.losses import Focal
from sklearn_deep.noise import Dropout
from sklearn_deep.optimizers import TorchOptimizer
from sklearn_deep.penalties import CallablePenalty
from sklearn_deep.training import Observer, StepObserver, is_self_contained, train
from tests._support.plans import make_data, make_plan
from tests._support.plugins.tables import TABLES

DATA = make_data(64)


def settings_of(family, plugin):
    """Return the settings of a plan with a plug-in."""
    return {
        "activations": {"activation": plugin},
        "initializers": {"initializers": (plugin,) * 3},
        "noise": {"noise": {"hidden_noise.1": plugin}},
        "optimizers": {"optimizer": plugin},
        "penalties": {"penalties": (None, plugin, None)},
        "schedules": {"schedule": plugin},
    }[family]


OF_LIBRARY = {
    **{
        f"{family}-{name}": settings_of(family, plugin)
        for family in (
            "activations",
            "initializers",
            "noise",
            "optimizers",
            "schedules",
        )
        for name, plugin in TABLES[family].items()
    },
    "loss": {"loss": Focal()},
    **{
        f"penalties-{name}": settings_of("penalties", TABLES["penalties"][name])
        for name in ("l1", "l2", "l1l2", "max_norm", "orthogonality")
    },
    "mixup": {"augmentation": Mixup()},
    "gaussian": {"augmentation": GaussianCopies(std=0.3)},
    "shift": {"augmentation": Shift(max_shift=1, image_shape=(8, 8))},
    "rotate_scale": {"augmentation": RotateScale(image_shape=(8, 8))},
    "a layer of torch": {"activation": nn.Tanh},
    "an instance of a layer": {"activation": nn.Softplus()},
    "a class of torch": {"optimizer": TorchOptimizer(torch.optim.Rprop)},
    "normalization": {"normalization": "batch"},
}


class Drawing(nn.Module):
    def forward(self, z):
        return z * torch.rand_like(z)


class OwnDropout(Dropout):
    pass


class OwnOptimizer(torch.optim.SGD):
    pass


USER_DEFINED = {
    "module": {"activation": Drawing},
    "instance": {"activation": Drawing()},
    "function": {"activation": lambda z: z.tanh() + 1},
    "a drawing layer of torch": {"activation": nn.RReLU},
    "a drawing function of torch": {"activation": F.dropout},
    "layers": {"activation": nn.Sequential(nn.Tanh(), nn.Dropout())},
    "noise": {"noise": {"hidden_noise.1": OwnDropout(rate=0.1)}},
    "optimizer": {"optimizer": TorchOptimizer(OwnOptimizer)},
    "penalty": settings_of("penalties", CallablePenalty(lambda weight: weight.sum())),
}


class Looking(Observer):
    """Records the state of torch's global generator at the end of a training."""

    def end(self, training):
        self.state = torch.get_rng_state()


@pytest.mark.parametrize("settings", OF_LIBRARY.values(), ids=OF_LIBRARY)
def test_what_is_self_contained_leaves_the_generator_alone(settings):
    plan, observer, before = (
        make_plan(DATA, validation=DATA, max_epochs=1, **settings),
        Looking(),
        torch.get_rng_state(),
    )
    assert is_self_contained(plan)
    train([plan], [observer])
    assert torch.equal(observer.state, before)


@pytest.mark.parametrize("settings", USER_DEFINED.values(), ids=USER_DEFINED)
def test_what_runs_user_code_is_not_self_contained(settings):
    plan = make_plan(DATA, **settings)
    assert not is_self_contained(plan)


def test_an_observer_of_the_user_finds_the_generator_seeded():
    class Own(Looking):
        runs_user_code = True

    plan, observer = make_plan(DATA, max_epochs=1, seed=3), Own()
    train([plan], [observer])
    assert torch.equal(observer.state, torch.Generator().manual_seed(3).get_state())
    assert StepObserver.runs_user_code
