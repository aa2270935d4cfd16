"""A small nonlinear problem, solved by an update rule through ``Updates``."""

import numpy as np
import pytest
import torch

from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.losses import SquaredError
from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.optimizers import Adam
from sklearn_deep.schedules import Constant
from sklearn_deep.training import Data, Plan
from sklearn_deep.training._updates.updates import PopulationUpdates, RowUpdates

N_PARAMETERS = 8
EPOCH = 100


@pytest.fixture
def start():
    """Return the first parameters of every member, ``(8,)``."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(N_PARAMETERS, generator=generator, dtype=torch.float64)


@pytest.fixture
def gradient():
    """Return the function that computes the gradient at a step: a curved valley, with noise."""
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(300, N_PARAMETERS, generator=generator, dtype=torch.float64)

    curvature = torch.arange(1, N_PARAMETERS + 1, dtype=torch.float64) / 8

    def at(row, step):
        # The gradient of sum(curvature * (w - 1) ** 2) + sum(tanh(w[1:] * w[:-1])), written out for speed.
        w = row.detach()
        slope = 1 - (w[1:] * w[:-1]).tanh().square()
        found = (2 * curvature * (w - 1) + 0.3 * noise[step]).to(w.dtype)
        found[1:] += slope * w[:-1]
        found[:-1] += slope * w[1:]
        return found

    return at


@pytest.fixture
def make_plan():
    """Return a function that makes a plan of one hidden layer with a normalization."""

    def make(**changes):
        ones = torch.ones(4, dtype=torch.float64)
        settings = {
            "architecture": MLPArchitecture((3, 5, 1), torch.tanh, "batch", torch.float64),
            "initializers": (VarianceScaling(scale=2.0), VarianceScaling(scale=2.0)),
            "noise": {},
            "loss": SquaredError(),
            "weight_decay": (0.0, 0.0),
            "penalties": (None, None),
            "augmentation": None,
            "optimizer": Adam(),
            "learning_rate": 1e-2,
            "schedule": Constant(),
            "stopping": None,
            "metric": "r2",
            "data": Data(ones.expand(3, 4).T, ones.unsqueeze(-1), ones, ones),
            "validation": None,
            "batch_size": 4,
            "max_epochs": 1,
            "seed": 0,
        }
        return Plan(**settings | changes)

    return make


@pytest.fixture(params=[PopulationUpdates, RowUpdates], ids=["all members at once", "one row"])
def kind_of_updates(request):
    """Return the class that applies a rule: to all members at once, as on a GPU, or to a single row."""
    return request.param


@pytest.fixture
def make_updates(make_plan, kind_of_updates):
    """Return a function that makes the updates of members ``(optimizer, learning_rate, ...)``."""

    def make(members, parameters, weight_decay=None):
        plans = [make_plan(optimizer=rule, learning_rate=rate) for rule, rate, *_ in members]
        if kind_of_updates is RowUpdates and not plans[0].optimizer.has_row_kernel:
            pytest.skip("torch has no kernel of this rule for one row")
        return kind_of_updates(plans, parameters, weight_decay)

    return make


@pytest.fixture
def follow(start, gradient, make_updates):
    """Return a function that trains members for 300 steps, in three epochs.

    Members are ``(optimizer, learning_rate, weight_decay)``. The function returns their parameters
    after each epoch, ``(3, n_members, 8)``.
    """

    def run(members, dtype=torch.float64):
        parameters = start.to(dtype).repeat(len(members), 1)
        decay = torch.tensor([[decay] for *_, decay in members], dtype=dtype)
        decay = decay.expand_as(parameters) if decay.any() else None
        updates = make_updates(members, parameters, decay)
        rates = np.tile([rate for _, rate, _ in members], (EPOCH, 1))
        track = []
        for epoch in range(3):
            updates.begin(np.ones((EPOCH, len(members)), dtype=bool), rates)
            for step in range(EPOCH):
                rows = [gradient(row, epoch * EPOCH + step) for row in parameters]
                updates.apply(step, torch.stack(rows), None)
            track.append(parameters.clone())
        return torch.stack(track)

    return run
