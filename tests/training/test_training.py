"""Results of training, compared with formulas and scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss, r2_score

from sklearn_deep._process import isolated
from sklearn_deep.noise import Dropout
from sklearn_deep.optimizers import SGD
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import train
from sklearn_deep.training._members.population import Population
from sklearn_deep.training._objective.metrics import METRICS, accuracy, r2, true_classes
from tests._support.plans import make_data, make_plan


def test_one_full_batch_step_is_the_formula():
    data = make_data(n=32, dtype=torch.float64)
    decay = (0.1, 0.0, 0.3)
    plan = make_plan(
        data, optimizer=SGD(momentum=0.0), learning_rate=0.05, weight_decay=decay, max_epochs=1
    )
    network = plan.build({})
    loss = plan.loss.rows(network(data.x), data.y)
    mean = (data.weight * loss).sum() / data.weight.sum()
    matrices = [p for p in network.parameters() if p.ndim == 2]
    penalty = sum(lam / 2 * w.square().sum() for lam, w in zip(decay, matrices, strict=True))
    objective = mean + penalty
    gradients = torch.autograd.grad(objective, list(network.parameters()))
    result = train([plan])[0]
    assert result.history["loss"][0] == pytest.approx(objective.item(), rel=1e-12)
    for new, old, gradient in zip(
        result.network.parameters(), network.parameters(), gradients, strict=True
    ):
        torch.testing.assert_close(new.detach(), (old - 0.05 * gradient).detach())


@pytest.mark.usefixtures("_one_thread")
def test_training_follows_torch_optim_over_hundreds_of_steps():
    data = make_data(n=32, dtype=torch.float64)
    plan = make_plan(data, max_epochs=300, activation=torch.tanh)
    network = plan.build({})
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(300):
        optimizer.zero_grad()
        loss = plan.loss.rows(network(data.x), data.y)
        ((data.weight * loss).sum() / data.weight.sum()).backward()
        optimizer.step()
    for mine, theirs in zip(
        train([plan])[0].network.parameters(), network.parameters(), strict=True
    ):
        torch.testing.assert_close(mine.detach(), theirs.detach(), rtol=1e-7, atol=1e-9)


def test_validation_values_are_those_of_scikit_learn():
    data, held_out = make_data(n=100), make_data(n=77, seed=1)
    weighted = held_out._replace(sample_weight=torch.rand(77) + 0.1)
    plan = make_plan(
        data,
        validation=weighted,
        noise={"dropout.1": Dropout(rate=0.5)},
        weight_decay=(1.0, 1.0, 1.0),
    )
    result = train([plan])[0]
    with torch.no_grad():
        p = result.network(held_out.x).softmax(-1).double()
    truth, weight = held_out.y.argmax(1), weighted.sample_weight
    loss = log_loss(truth, p / p.sum(1, keepdim=True), sample_weight=weight, labels=range(10))
    score = accuracy_score(truth, p.argmax(1), sample_weight=weight)
    assert result.history["val_loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert result.history["val_accuracy"][-1] == pytest.approx(score, rel=1e-5)


def test_best_weights_come_back_also_when_max_epochs_ran_out():
    rule = EarlyStopping("val_loss", patience=100, restore_best_weights=True)
    plan = make_plan(
        make_data(n=60), validation=make_data(n=50, seed=1), stopping=rule, learning_rate=0.05
    )
    result = train([plan])[0]
    values = result.history["val_loss"]
    assert result.best_epoch == values.argmin() < len(values) - 1
    with torch.no_grad():
        loss = plan.loss.rows(result.network(plan.validation.x), plan.validation.y).mean()
    assert loss.item() == pytest.approx(values.min(), rel=1e-5)


@pytest.mark.parametrize("learning_rate", [1e3, 1e38])
def test_divergence_keeps_the_weights_of_the_last_finite_epoch(learning_rate):
    def settings(epochs):
        rate = {"learning_rate": learning_rate, "max_epochs": epochs}
        return make_plan(make_data(n=32), optimizer=SGD(), **rate)

    result = train([settings(50)])[0]
    n_finite = len(result.history["loss"]) - 1
    assert result.diverged
    assert not np.isfinite(result.history["loss"][-1]) or n_finite == 0
    expected = train([settings(n_finite)])[0].network if n_finite else settings(1).build({})
    for mine, theirs in zip(result.network.parameters(), expected.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_a_callable_that_looks_at_values_is_run_step_by_step():
    def looks(z):
        return torch.relu(z) if bool((z > 0).any()) else z

    data = make_data(n=64)
    looked = train([make_plan(data, activation=looks)])[0]
    plain = train([make_plan(data, activation=torch.relu)])[0]
    np.testing.assert_allclose(looked.history["loss"], plain.history["loss"], rtol=1e-5)


def test_a_module_that_draws_noise_of_its_own_repeats_and_moves_no_generator():
    class Drops(torch.nn.Module):
        def forward(self, z):
            return torch.nn.functional.dropout(torch.relu(z), 0.3)

    plan = make_plan(make_data(n=64), activation=Drops)
    before = torch.get_rng_state()
    first, second = train([plan])[0], train([plan])[0]
    assert torch.equal(before, torch.get_rng_state())
    assert np.array_equal(first.history["loss"], second.history["loss"])


def test_a_module_that_draws_noise_of_its_own_is_still_in_evaluation():
    data, held_out = make_data(n=64), make_data(n=50, seed=1)
    plan = make_plan(data, validation=held_out, activation=torch.nn.RReLU)
    result = train([plan])[0]
    with torch.no_grad():
        first, second = result.network(held_out.x), result.network(held_out.x)
        loss = plan.loss.rows(first, held_out.y).mean().item()
    assert torch.equal(first, second)
    assert result.history["val_loss"][-1] == pytest.approx(loss, rel=1e-5)


def test_isolation_leaves_threads_and_generator_as_they_were_after_an_error():
    before = torch.get_rng_state(), torch.get_num_threads()

    def interrupted():
        with isolated(3):
            torch.rand(3)
            assert torch.get_num_threads() == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == torch.get_num_threads()


def test_accuracy_and_r2_are_those_of_scikit_learn():
    generator = np.random.default_rng(0)
    weight = generator.uniform(0.1, 1, 40)
    output, target = generator.normal(size=(2, 40, 3))
    assert r2(*of_one(output, target, weight)).item() == pytest.approx(
        r2_score(target, output, sample_weight=weight)
    )
    one_hot = np.eye(3)[target.argmax(1)]
    output, one_hot, weight = of_one(output, one_hot, weight)
    assert accuracy(output, true_classes(one_hot), weight).item() == pytest.approx(
        accuracy_score(target.argmax(1), output[0, 0].argmax(1), sample_weight=weight[0, 0])
    )


@pytest.mark.parametrize(("offset", "expected"), [(0.0, 1.0), (1.0, 0.0)])
def test_r2_of_a_constant_target_is_that_of_scikit_learn(offset, expected):
    target = np.full((5, 1), 2.0)
    assert r2_score(target, target + offset) == expected
    assert r2(*of_one(target + offset, target, np.ones(5))).item() == expected


def of_one(*columns):
    """Return columns as those of one batch of one member."""
    return [torch.tensor(column)[None, None] for column in columns]


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_scores_are_those_of_each_member(metric, n_outputs, dtype):
    generator = torch.Generator().manual_seed(0)
    shape = (4, 5, 13, n_outputs)  # batches, members, rows
    output, target = torch.randn(2, *shape, generator=generator, dtype=dtype)
    weight = torch.rand(shape[:3], generator=generator, dtype=dtype)
    weight[3, :2], output[3, :2] = 0, torch.nan  # these two have one batch less
    truth = metric.truth(target)
    together = metric.score(output, truth, weight)
    for k in range(5):
        alone = [t[: 3 if k < 2 else 4, k : k + 1] for t in (output, truth, weight)]
        assert together.isfinite().all()
        torch.testing.assert_close(metric.score(*alone), together[k : k + 1])


def test_a_population_starts_from_each_plan_s_own_weights():
    plans = [make_plan(make_data(), seed=seed) for seed in (0, 1)]
    population = Population(plans)
    for k, plan in enumerate(plans):
        for mine, own in zip(
            population.network(k).parameters(), plan.build({}).parameters(), strict=True
        ):
            assert torch.equal(mine, own)
