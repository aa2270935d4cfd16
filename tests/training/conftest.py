"""Plans to train in tests."""

import pytest
import torch

from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.losses import CrossEntropy
from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.optimizers import Adam
from sklearn_deep.schedules import Constant
from sklearn_deep.training import Data, Plan


@pytest.fixture
def make_data():
    """Return a function that makes rows of a learnable problem of 10 classes."""

    def make(n=300, *, seed=0, dtype=torch.float32, n_features=64):
        generator = torch.Generator().manual_seed(seed)
        x = torch.randn(n, n_features, generator=generator, dtype=dtype)
        teacher = torch.randn(n_features, 10, generator=generator, dtype=dtype)
        y = torch.nn.functional.one_hot((x @ teacher).argmax(1), 10).to(dtype)
        weight = 0.1 + torch.rand(n, generator=generator, dtype=dtype)
        return Data(x, y, weight, torch.ones_like(weight))

    return make


@pytest.fixture
def make_plan():
    """Return a function that makes a plan; ``hidden``, ``activation`` and so on are structure."""

    def make(data, *, hidden=(64, 64), activation=torch.relu, normalization=None, **changes):
        sizes = (data.x.shape[1], *hidden, data.y.shape[1])
        settings = {
            "architecture": MLPArchitecture(sizes, activation, normalization, data.x.dtype),
            "initializer": VarianceScaling(2.0),
            "noise": {},
            "loss": CrossEntropy(),
            "weight_decay": (0.0,) * (len(hidden) + 1),
            "penalties": (None,) * (len(hidden) + 1),
            "augmentation": None,
            "optimizer": Adam(),
            "learning_rate": 1e-3,
            "schedule": Constant(),
            "stopping": None,
            "metric": "accuracy",
            "data": data,
            "validation": None,
            "batch_size": 32,
            "max_epochs": 6,
            "seed": 0,
        }
        return Plan(**settings | changes)

    return make
