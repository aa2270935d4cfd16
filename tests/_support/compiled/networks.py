"""Comparison of training in compiled code with training by torch, step by step from equal states."""

from dataclasses import replace
from itertools import islice

import numpy as np
import torch

from sklearn_deep._process import isolated
from sklearn_deep.estimators._data import FitCall
from sklearn_deep.training import Training
from sklearn_deep.training._compiled import CompiledEvaluation
from tests._support.compiled.running import assert_close


def plan_of(estimator, X, y=None, sample_weight=None):
    """Return the plan of a fit."""
    return estimator._begin(FitCall(X, y, sample_weight))


def trainings(plan, monkeypatch):
    """Return a training in compiled code and one by torch."""
    found = []
    for is_on in ("1", "0"):
        monkeypatch.setenv("SKLEARN_DEEP_COMPILED", is_on)
        found.append(Training([plan]))
    return found


def assert_steps_agree(plan, monkeypatch, n_epochs=1, n_steps=3, slack=1.0):
    """Check that compiled code and torch agree in each of the first steps of an epoch.

    Each step starts from the state that torch has reached, so differences cannot grow.
    """
    plan = replace(plan, validation=plan.data)
    with isolated(plan.seed):
        compiled, by_torch = trainings(plan, monkeypatch)
        for epoch in range(n_epochs):
            for step in range(min(n_steps, by_torch.epochs.epoch(epoch).n_steps)):
                _take_over(compiled, by_torch)
                ours, theirs = (_step(training, epoch, step) for training in (compiled, by_torch))
                assert compiled.steps.why_not is None, compiled.steps.why_not
                assert compiled.steps.compiled is not None
                assert by_torch.steps.compiled is None
                if not compiled.steps.gradient_step.may_differ:
                    assert isinstance(compiled.validation._evaluation, CompiledEvaluation)
                # Running means that consist only of rounding errors are smaller.
                assert_close(ours, theirs, least=1e-3, slack=slack)


def _step(training, number, step):
    """Run an epoch in which only one step updates the state; return all results."""
    epoch, steps = training.epochs.epoch(number), training.steps
    active = np.zeros((epoch.n_steps, 1), dtype=bool)
    active[step] = epoch.moves[step]
    with steps.mode():
        gradient_of = steps.compiled.gradient if steps.compiles(epoch) else steps.gradient_step
        batch = next(islice(epoch.batches(), step, None))
        steps.gradient_step.prepare()
        output = gradient_of(batch, number, step)
        validation = torch.tensor(training.validation().losses, dtype=batch.slope.dtype)
        losses = torch.where(batch.slope != 0, output.losses.view(batch.slope.shape), 0)
        values = steps.run(epoch, active, training._learning_rates(epoch))
    # Compared together, because a penalty or the gradient of one parameter may be only rounding error.
    found = [
        torch.cat([losses.flatten(), losses.new_tensor([*values.losses[0], *values.penalties])])
    ]
    found.append(validation)
    if training.metric is not None:
        found.append(output.output.flatten())
    return [*found, *_state(training)]


def _state(training):
    population, updates = training.population, training.steps.updates
    # torch keeps no state for gradient descent without momentum.
    is_kept = getattr(training.plans[0].optimizer, "momentum", None) != 0
    state = updates.state.values() if is_kept else []
    return [population.parameters, *population.buffers.values(), *state]


def _take_over(training, other):
    for mine, theirs in zip(_state(training), _state(other), strict=True):
        mine.copy_(theirs)
    training.steps.updates.n_steps = other.steps.updates.n_steps.copy()
