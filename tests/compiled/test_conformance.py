"""All built-in plug-ins and networks run in compiled code, and each step agrees with torch."""

import numpy as np
import pytest
import torch

pytest.importorskip("numba")

from sklearn_deep import MLPRegressor
from sklearn_deep._compiled._lowering import RULES
from sklearn_deep._recording import cache
from sklearn_deep.plugins import available
from sklearn_deep.training import train
from sklearn_deep.training._compiled import steps as compiled_steps
from tests._support.compiled.builtins import FITS, X, regressor
from tests._support.compiled.networks import assert_steps_agree, plan_of, trainings
from tests._support.plans import same

# Plug-ins that torch runs, and why; all other built-in ones are compiled.
NOT_COMPILED = {
    "lbfgs": ({"optimizer": "lbfgs", "batch_size": "auto"}, "an optimizer of torch"),
    "a class of torch.optim": ({"optimizer": torch.optim.Adagrad}, "an optimizer of torch"),
    "sorting": ({"activation": lambda z: z.sort(-1).values}, "aten.sort"),
    "indexing": ({"activation": lambda z: z + z[:, [0]]}, "aten.index"),
    "another type": (
        {"activation": lambda z: z.double().tanh().to(z.dtype)},
        "gives torch.float64",
    ),
    "own randomness": ({"activation": torch.nn.RReLU()}, "is random"),
}


def usual_penalty(weight):
    """Return a penalty made of operations that users often need."""
    rows = weight / weight.norm(dim=1, keepdim=True).clamp(min=1e-6)
    return 0.01 * (
        (rows @ rows.mT).tril(-1).square().sum()
        + weight.var(0, correction=0).sum()
        + weight.logsumexp(1).mean()
    )


# User-defined functions, made of operations with a rule or that torch decomposes.
USERS = {
    "activation": {"activation": lambda z: z * torch.tanh(torch.nn.functional.softplus(z))},
    "activation of a module": {"activation": torch.nn.Hardswish()},
    "gated activation": {"activation": lambda z: torch.where(z > 1, z.log1p(), z.sin())},
    "loss": {
        "loss": lambda p, y: torch.nn.functional.smooth_l1_loss(p, y, reduction="none").sum(-1)
    },
    "penalty": {"penalty": usual_penalty},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FITS)
def test_built_in_plug_ins(name, dtype, monkeypatch):
    estimator, *given = FITS[name]
    plan = plan_of(estimator.set_params(dtype=dtype), *given)
    assert_steps_agree(plan, monkeypatch, n_steps=2)


def test_every_name_is_in_the_table():
    families = ("activations", "losses", "penalties", "noise", "augmentation", "optimizers")
    for family in families:
        for name in available(family):
            assert name in NOT_COMPILED or any(name in key.replace(",", "").split() for key in FITS)


@pytest.mark.parametrize("name", USERS)
def test_functions_of_users(name, monkeypatch):
    estimator, *given = regressor(**USERS[name])
    assert_steps_agree(plan_of(estimator, *given), monkeypatch, n_steps=2)


@pytest.mark.parametrize("name", NOT_COMPILED)
def test_what_is_not_compiled_runs_by_torch(name, monkeypatch):
    params, reason = NOT_COMPILED[name]
    plan = plan_of(*regressor(**params))
    steps = trainings(plan, monkeypatch)[0]
    steps.run_epoch()
    assert steps.steps.compiled is None
    assert reason in steps.steps.why_not
    assert_same_results(plan, monkeypatch)


def assert_same_results(plan, monkeypatch):
    """Check that both ways of training give the same bits, those of torch."""
    found = []
    for is_on in ("1", "0"):
        monkeypatch.setenv("SKLEARN_DEEP_COMPILED", is_on)
        found += train([plan], n_epochs=2)
    assert same(*found)


def test_a_rule_that_computes_something_else_is_found_out(monkeypatch):
    monkeypatch.setitem(RULES, "tanh", RULES["sigmoid"])
    cache._RECORDINGS.clear()
    plan = plan_of(*regressor(activation="tanh"))
    training = trainings(plan, monkeypatch)[0]
    training.run_epoch()
    assert training.steps.compiled is None
    assert "other results" in training.steps.why_not
    assert_same_results(plan, monkeypatch)
    cache._RECORDINGS.clear()


def test_an_update_that_computes_something_else_is_found_out(monkeypatch):
    monkeypatch.setitem(RULES, "addcdiv", RULES["addcmul"])
    monkeypatch.setitem(RULES, "lerp", RULES["addcmul"])
    cache._RECORDINGS.clear()
    plan = plan_of(*regressor())
    training = trainings(plan, monkeypatch)[0]
    training.run_epoch()
    assert training.steps.compiled is None
    assert_same_results(plan, monkeypatch)
    cache._RECORDINGS.clear()


def test_a_recording_is_compared_once_and_serves_other_data_and_numbers(monkeypatch):
    compared, compare = [], compiled_steps.compare
    monkeypatch.setattr(
        compiled_steps, "compare", lambda *given: compared.append(1) or compare(*given)
    )
    cache._RECORDINGS.clear()
    for seed, y in enumerate((X[:, 0], X[:, 1] ** 2, np.zeros(40))):
        params = {"learning_rate": 0.1 / (1 + seed), "weight_decay": 0.1 + seed}
        plan = plan_of(*regressor(y, **params, random_state=seed))
        training = trainings(plan, monkeypatch)[0]
        training.run_epoch()
        assert training.steps.compiled is not None
    assert len(compared) == 1


def test_the_learning_rate_may_be_zero(monkeypatch):
    plan = plan_of(MLPRegressor((3,), schedule=lambda epoch: 0.0, random_state=0), X, X[:, 0])
    assert_steps_agree(plan, monkeypatch, n_steps=1)
