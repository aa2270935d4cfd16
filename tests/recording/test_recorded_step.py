"""A replayed step gives the results of the step itself, or is not replayed."""

import copy
import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep._recording import cache
from sklearn_deep._recording.compile import Roles
from sklearn_deep._recording.record import same_bits
from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.augmentation import GaussianCopies
from sklearn_deep.losses import CallableLoss, CrossEntropy, Focal, Huber, SquaredError
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import LBFGS, SGD, Adam
from sklearn_deep.penalties import L1L2, CallablePenalty, MaxNorm
from sklearn_deep.training import StepObserver, Training, train
from sklearn_deep.training._step import gradient_step as _gradient_step
from tests._support.plans import make_data, make_plan, make_recorded_step

NOISE = {
    "dropout.0": Dropout(rate=0.1),
    "dropout.1": Dropout(rate=0.4),
    "hidden_noise.1": GaussianNoise(std=0.2),
    "weight_noise.0": GaussianNoise(std=0.1),
}
PENALTY = CallablePenalty(lambda weight: 1e-2 * weight.abs().sum())
POWER = CallableLoss(lambda output, target: (output - target).abs().pow(1.5).mean(-1))


class Swish(nn.Module):
    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.ones(()))

    def forward(self, z):
        return z * torch.sigmoid(self.slope * z)


RECORDED = {
    "relu": {},
    "narrow": {"hidden": (5, 3), "batch_size": 7},
    "no hidden layer": {"hidden": ()},
    "tanh, batch norm": {"activation": torch.tanh, "normalization": "batch"},
    "gelu, layer norm": {"activation": F.gelu, "normalization": "layer"},
    "leaky relu": {"activation": LeakyReLU(negative_slope=0.2)},
    "elu": {"activation": ELU(alpha=0.7)},
    "a module with weights": {"activation": Swish},
    "relu in place": {"activation": nn.ReLU(inplace=True)},
    "noise everywhere": {"noise": NOISE},
    "penalties": {"penalties": (L1L2(l1=1e-3, l2=1e-2), PENALTY, None)},
    "projection": {"penalties": (MaxNorm(max_norm=1.0),) * 3},
    "weight decay": {"weight_decay": (1e-2, 0.0, 1e-3)},
    "clipped gradients": {"optimizer": Adam(clip_norm=0.1)},
    "focal": {"loss": Focal(gamma=1.5)},
    "binary": {"loss": CrossEntropy(binary=True)},
    "numbers": {"loss": SquaredError(), "metric": "r2"},
    "huber": {"loss": Huber(), "metric": "r2"},
    "a function as loss": {"loss": POWER, "metric": "r2"},
    "augmentation": {"augmentation": GaussianCopies(copies=1, std=0.1)},
    "lbfgs": {"optimizer": LBFGS(), "batch_size": 96},
    "momentum": {"optimizer": SGD(momentum=0.9, nesterov=True)},
}


@pytest.fixture(autouse=True)
def _no_recordings(monkeypatch):
    monkeypatch.setattr(cache, "_RECORDINGS", type(cache._RECORDINGS)())


def trained(plan, *, records=True):
    """Return the training of a plan after its last epoch."""
    training = Training([plan])
    if not records:
        training.steps.gradient_step.step.never_record()
    while training.running:
        training.run_epoch()
    return training


def same_training(a, b):
    weights = a.population.weights().parameters, b.population.weights().parameters
    losses = (t.members[0].history()["loss"] for t in (a, b))
    return same_bits(*weights) and np.array_equal(*losses)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", RECORDED)
def test_a_training_with_recordings_is_one_without_to_the_bit(name, dtype):
    plan = make_plan(make_data(96, dtype=dtype), max_epochs=3, **RECORDED[name])
    first, again, without = trained(plan), trained(plan), trained(plan, records=False)
    assert first.steps.gradient_step.step.is_recorded
    assert again.steps.gradient_step.step.is_recorded
    assert len(cache._RECORDINGS) == 1
    assert same_training(first, again)
    assert same_training(first, without)


def test_a_recording_serves_other_numbers_and_other_data():
    trained(
        make_plan(make_data(64), noise={"dropout.1": Dropout(rate=0.1)}, activation=ELU(alpha=0.2))
    )
    plan = make_plan(
        make_data(90, seed=1), noise={"dropout.1": Dropout(rate=0.6)}, activation=ELU(alpha=2.0)
    )
    assert same_training(trained(plan), trained(plan, records=False))
    assert len(cache._RECORDINGS) == 1


class Counting(nn.Module):
    """Multiplies by a number that differs in each call."""

    def __init__(self, start=0):
        super().__init__()
        self.calls = start

    def forward(self, z):
        self.calls += 1
        return torch.relu(z) * (1 + 0.01 * self.calls)


class Averaging(nn.Module):
    """Keeps a running mean in a buffer that it updates itself."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(64))

    def forward(self, z):
        with torch.no_grad():
            self.mean.lerp_(z.mean(0), 0.1)
        return torch.relu(z - self.mean)


def by_luck_of_python(z):
    return torch.relu(z) * (1 + 0.1 * random.random())


def by_values(z):
    return torch.relu(z) if bool((z > 0).any()) else z


def by_rare_values(z):
    return z.clamp(max=100) if z.detach().numpy().max() > 100 else torch.relu(z)


def by_rank(z):
    return torch.relu(z) * (1 + len(z.detach().round().unique()) / 1000)


UNRECORDED = {
    "a branch": by_values,
    "numpy": by_rare_values,
    "shapes that depend on values": by_rank,
    "luck of Python": by_luck_of_python,
    "a counter": Counting,
    "dropout": nn.Sequential(nn.ReLU(), nn.Dropout(0.3)),
    "random relu": nn.RReLU(),
    "a running mean": Averaging,
    "batch normalization of torch": nn.BatchNorm1d(64),
}


@pytest.mark.parametrize("name", UNRECORDED)
def test_where_a_recording_would_not_do_the_step_itself_is_made(name):
    plan = make_plan(make_data(96), activation=UNRECORDED[name], max_epochs=2)
    random.seed(0)
    training = trained(plan)
    assert not training.steps.gradient_step.step.is_recorded
    assert not cache._RECORDINGS


def test_a_step_that_is_not_recorded_writes_its_running_mean_once_a_step():
    training = trained(make_plan(make_data(96), hidden=(64,), activation=Averaging, max_epochs=2))
    mean = training.results([0])[0].network.hidden[0].activation.mean
    assert mean.abs().sum() > 0
    wanted = nn.BatchNorm1d(64)
    training = trained(make_plan(make_data(96), hidden=(64,), activation=wanted, max_epochs=2))
    found = training.results([0])[0].network.hidden[0].activation
    assert found.num_batches_tracked == 6
    assert wanted.num_batches_tracked == 0


def test_a_module_changed_between_two_fits_is_recorded_anew():
    activation = nn.LeakyReLU(0.1)
    plan = make_plan(make_data(96), activation=activation)
    trained(plan)
    activation.negative_slope = 0.4
    assert same_training(trained(plan), trained(plan, records=False))
    assert same_training(trained(plan), trained(plan, records=False))
    assert trained(plan).steps.gradient_step.step.is_recorded


def test_a_wrong_recording_is_found_out_at_the_next_batch():
    replay, inputs = make_recorded_step(batch_size=16)
    replay(*inputs(0))
    assert replay.is_recorded
    program = replay._program
    replay._program = lambda *held: lambda *given: [2 * t for t in program(*held)(*given)]
    replay.prepare()
    made = replay.evaluated(*inputs(1))
    assert all(map(same_bits, replay(*inputs(1)), made))
    assert not replay.is_recorded


def test_a_recording_that_fails_is_given_up():
    replay, inputs = make_recorded_step(batch_size=16)
    replay(*inputs(0))
    replay._program = lambda *held: lambda *given: held[0] @ torch.ones(1000)
    replay.prepare()
    assert all(map(same_bits, replay(*inputs(1)), replay.evaluated(*inputs(1))))
    assert not replay.is_recorded


def test_a_recording_that_is_found_is_checked_at_the_first_batch():
    first, inputs = make_recorded_step(batch_size=16)
    first(*inputs(0))
    (key,) = cache._RECORDINGS
    cache._RECORDINGS[key] = lambda *held: lambda *given: [torch.zeros(())] * 3
    second, inputs = make_recorded_step(batch_size=16)
    assert all(map(same_bits, second(*inputs(0)), second.evaluated(*inputs(0))))
    assert not second.is_recorded
    assert not cache._RECORDINGS


def test_recordings_are_kept_for_the_structures_used_last(monkeypatch):
    monkeypatch.setattr(cache, "_CAPACITY", 2)
    for width in (3, 4, 3, 5):
        replay, inputs = make_recorded_step(hidden=(width,))
        replay(*inputs(0))
    assert [key[0][0][0][0][1] for key in cache._RECORDINGS] == [3, 5]


def test_a_returned_gradient_is_a_row_of_its_own_after_a_preparation():
    replay, inputs = make_recorded_step(batch_size=16)
    first = replay(*inputs(0))[2]
    kept = first.clone()
    replay.prepare()
    replay(*inputs(1))
    assert torch.equal(first, kept)


def test_a_loss_without_gradient_has_gradient_zero():
    loss = CallableLoss(lambda output, target: (output > target).float().mean(-1))
    plan = make_plan(
        make_data(64), loss=loss, metric="r2", max_epochs=2, optimizer=SGD(momentum=0.0)
    )
    weights = trained(plan).population.weights().parameters
    assert torch.equal(weights, Training([plan]).population.parameters)


class Softening(StepObserver):
    """Halves the rate of dropout at each step."""

    def begin(self, training):
        self.population = training.population

    def begin_step(self, batch):
        self.population.objectives[0].network.hidden[0].noise[0].rate.mul_(0.5)
        return 1.0

    def see_gradient(self, batch, gradients):
        gradients[0].mul_(0.5)
        return []

    def end_step(self, batch, output, loss):
        return False


def test_numbers_that_an_observer_changes_count_from_the_same_step_on():
    plan = make_plan(make_data(96), noise={"dropout.1": Dropout(rate=0.8)}, max_epochs=2)
    observers = Softening(), Softening()
    followed, without = (Training([plan], observer) for observer in observers)
    without.steps.gradient_step.step.never_record()
    for training, observer in zip((followed, without), observers, strict=True):
        observer.begin(training)
        training.run_epoch()
        training.run_epoch()
    assert followed.steps.gradient_step.step.is_recorded
    assert same_training(followed, without)


def test_numbers_that_change_between_epochs_count_from_the_next_epoch_on():
    plan = make_plan(make_data(96), noise={"dropout.1": Dropout(rate=0.8)}, max_epochs=2)
    changed, without = Training([plan]), Training([plan])
    without.steps.gradient_step.step.never_record()
    for training in (changed, without):
        training.run_epoch()
        (name,) = training.population.buffers
        training.population.buffers[name].fill_(0.1)
        training.run_epoch()
    assert changed.steps.gradient_step.step.is_recorded
    assert same_training(changed, without)


def test_a_population_is_recorded_too():
    plans = [make_plan(make_data(96), noise=NOISE, learning_rate=r) for r in (1e-3, 1e-2)]
    training = Training(copy.copy(plans))
    training.run_epoch()
    assert training.steps.gradient_step.step.is_recorded


def test_recording_moves_no_generator():
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    train([make_plan(make_data(64), activation=nn.Dropout(0.3))])
    after = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]


def test_gradients_packed_as_on_a_gpu_are_the_same(monkeypatch):
    plan = make_plan(make_data(96), noise=NOISE, penalties=(PENALTY, None, None), hidden=(37, 5))
    into_row = trained(plan)
    monkeypatch.setattr(
        _gradient_step, "Roles", lambda n_held, fixed, pieces, **_: Roles(n_held, fixed, None)
    )
    packed = trained(plan)
    assert packed.steps.gradient_step.step.is_recorded
    assert same_training(into_row, packed)
