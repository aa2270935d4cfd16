"""The names in type hints, which editors suggest, are the names that exist."""

from typing import get_args

import pytest

from sklearn_deep.estimators._parameters import hints
from sklearn_deep.losses import Loss
from sklearn_deep.plugins import available, resolve


@pytest.mark.parametrize(
    ("family", "names", "others"),
    [
        ("activations", hints.ActivationName, set()),
        ("initializers", hints.InitializerName, {"auto"}),
        ("noise", hints.NoiseName, set()),
        ("penalties", hints.PenaltyName, set()),
        ("augmentation", hints.AugmentationName, set()),
        ("optimizers", hints.OptimizerName, set()),
        ("schedules", hints.ScheduleName, {"auto"}),
    ],
)
def test_hints_name_all_plug_ins(family, names, others):
    assert set(get_args(names)) == {*available(family), *others}


@pytest.mark.parametrize(
    ("task", "names"),
    [("classification", hints.ClassifierLossName), ("regression", hints.RegressorLossName)],
)
def test_hints_name_the_losses_of_a_task(task, names):
    losses = {n: resolve("losses", n, argument="loss", owner="test") for n in available("losses")}
    assert all(isinstance(loss, Loss) for loss in losses.values())
    found = {name for name, loss in losses.items() if loss.task == task}
    assert set(get_args(names)) == found - {"binary_cross_entropy"}
