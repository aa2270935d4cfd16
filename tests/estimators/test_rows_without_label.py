"""Rows without a label: what they count in, what they are left out of, and how they are marked."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sklearn_deep import JointAEClassifier, JointAERegressor
from sklearn_deep.estimators._request import Request
from sklearn_deep.training import train

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
CLASSES = rng.integers(3, size=60)
UNLABELED = np.arange(60) % 3 == 0
SOME = np.where(UNLABELED, -1, CLASSES)
SMALL = {"encoder_layer_sizes": (4,), "max_epochs": 3, "random_state": 0}


def classifier(n_components=3, **settings):
    return JointAEClassifier(n_components, **SMALL | settings)


def regressor(n_components=3, **settings):
    return JointAERegressor(n_components, **SMALL | settings)


def weights(module):
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def same_weights(one, other):
    return torch.equal(weights(one.module_), weights(other.module_))


@pytest.mark.parametrize("augmentation", [None, "gaussian", "mixup"])
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (classifier(unlabeled_value=-1), SOME),
        (regressor(), np.where(UNLABELED, np.nan, X[:, 0])),
    ],
    ids=["classes", "numbers"],
)
def test_what_stands_in_the_place_of_a_label_changes_no_bit(estimator, y, augmentation):
    estimator.set_params(augmentation=augmentation, batch_size=20)
    plan = estimator._plan(Request(X, y, None), seed=3)
    others = torch.where(torch.from_numpy(UNLABELED)[:, None], 1 - plan.data.y, plan.data.y)
    assert not torch.equal(others, plan.data.y)
    one, other = train([plan, replace(plan, data=plan.data._replace(y=others))])
    assert torch.equal(weights(one.network), weights(other.network))
    for name in one.history.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history[name], other.history[name])
