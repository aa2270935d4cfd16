"""The values of an epoch from compiled code equal those of torch, and scikit-learn's scores."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, r2_score

from sklearn_deep.losses import CrossEntropy, Poisson, SquaredError
from sklearn_deep.training import Training
from sklearn_deep.training._step import Records
from tests._support.plans import make_data, make_numbers, make_plan

pytest.importorskip("numba")

CASES = {
    "classes": (make_data, {}, {"loss": CrossEntropy()}),
    "labels": (make_data, {}, {"loss": CrossEntropy(binary=True), "metric": "subset_accuracy"}),
    "two classes": (make_numbers, {}, {"loss": CrossEntropy(binary=True), "metric": "accuracy"}),
    "a number": (make_numbers, {}, {"loss": SquaredError(), "metric": "r2"}),
    "numbers": (make_numbers, {"n_outputs": 3}, {"loss": SquaredError(), "metric": "r2"}),
    "counts": (make_numbers, {"n_outputs": 2}, {"loss": Poisson(), "metric": "r2"}),
    "no score": (make_numbers, {}, {"loss": SquaredError(), "metric": None}),
}


@pytest.fixture(autouse=True)
def _compiled(monkeypatch):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "1")


def trained(name, dtype=torch.float64, **changes):
    """Return a training after an epoch, the next epoch and random records of it."""
    make, sizes, settings = CASES[name]
    data = make(77, dtype=dtype, **sizes)
    if settings.get("metric", "accuracy") != "r2":
        data = data._replace(y=(data.y > 0).to(dtype))
    data = data._replace(**{key: value(data) for key, value in changes.items()})
    training = Training([make_plan(data, hidden=(5,), batch_size=16, **settings)])
    training.run_epoch()
    epoch = training.epochs.epoch(1)
    generator = torch.Generator().manual_seed(0)
    n_outputs = data.y.shape[1] if training.metric is not None else 0
    shape = *epoch.order.shape[::2], n_outputs
    output = torch.randn(shape, generator=generator, dtype=dtype)
    losses = torch.rand(shape[:2], generator=generator, dtype=dtype)
    penalty = torch.rand(epoch.n_steps, 1, generator=generator, dtype=dtype)
    targets = epoch.pool.y.values[epoch.order[:, 0]]
    return training, epoch, Records(losses, output, penalty, targets)


def assert_alike(training, epoch, records, n_moving=None):
    active = np.arange(epoch.n_steps)[:, None] < (n_moving or epoch.n_steps)
    assert training.steps.compiled is not None
    found = training.steps.compiled.values(epoch, active, records)
    expected = training.steps.values(epoch, active, records)
    np.testing.assert_allclose(found.losses, expected.losses, rtol=1e-6, equal_nan=True)
    np.testing.assert_allclose(found.penalties, expected.penalties, rtol=1e-6, equal_nan=True)
    assert (found.scores is None) == (expected.scores is None)
    if found.scores is not None:
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-6, atol=1e-9)
    return found


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", CASES)
def test_values_are_those_of_torch(name, dtype):
    assert_alike(*trained(name, dtype))


@pytest.mark.parametrize("name", CASES)
def test_steps_that_do_not_move_pay_no_penalty(name):
    found = [assert_alike(*trained(name), n_moving=n).penalties for n in (1, 3)]
    assert found[0] != found[1]


@pytest.mark.parametrize("name", CASES)
def test_samples_without_weight_may_have_any_loss_and_output(name):
    def half(data):
        return torch.where(torch.arange(len(data.x)) % 2 == 0, data.sample_weight, 0.0)

    training, epoch, records = trained(name, weight=half, sample_weight=half)
    without = epoch.scored[:, 0] == 0
    records.losses[without] = np.nan
    records.output[without] = np.inf
    found = assert_alike(training, epoch, records)
    assert np.isfinite(found.losses).all()


@pytest.mark.parametrize("name", ["a number", "counts"])
@pytest.mark.parametrize("is_exact", [True, False])
def test_the_score_of_a_constant_target_is_one_or_zero(name, is_exact):
    training, epoch, records = trained(name, y=lambda data: torch.ones_like(data.y))
    records.output[:] = 1 - float(name == "counts") if is_exact else 2
    assert assert_alike(training, epoch, records).scores == [float(is_exact)]


def test_of_equal_outputs_the_first_counts():
    training, epoch, records = trained("classes")
    records.output[:] = records.output.round()  # many ties
    records.output[0] = 0
    assert_alike(training, epoch, records)


@pytest.mark.parametrize("name", ["classes", "two classes", "numbers"])
def test_scores_are_those_of_scikit_learn(name):
    training, epoch, records = trained(name)
    counted = epoch.valid[:, 0] > 0
    output, truth = records.output[counted].numpy(), records.targets[counted].numpy()
    weight = epoch.scored[:, 0][counted].numpy()
    if name == "classes":
        expected = accuracy_score(truth.argmax(1), output.argmax(1), sample_weight=weight)
    elif name == "two classes":
        expected = accuracy_score(truth > 0.5, output > 0, sample_weight=weight)
    else:
        expected = r2_score(truth, output, sample_weight=weight)
    assert assert_alike(training, epoch, records).scores == pytest.approx([expected])


def test_targets_far_from_zero_lose_no_digits():
    training, epoch, records = trained("a number", y=lambda data: data.y + 1e7)
    records.output[:] = records.targets + records.output / 10
    assert_alike(training, epoch, records)
