"""Networks of different widths, padded and trained together, equal single fits up to rounding.

They are not bit-identical, because sums with additional zero terms are computed in another order.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.networks._layers import dense_block as _layers
from sklearn_deep.networks._layers import normalization as _normalization
from sklearn_deep.noise import Dropout, GaussianNoise, SaltAndPepper
from sklearn_deep.optimizers import SGD, Adam, AdamW, NAdam, RMSprop
from sklearn_deep.penalties import L1, L1L2, L2, MaxNorm
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import Start, Training, train
from sklearn_deep.training._data.draws import Draws
from tests._support.plans import disturbed, largest_difference, make_data, make_plan, part

WIDTHS = [(5, 20), (32, 9), (17, 37), (8, 8)]
ROWS = [70, 91, 64, 52, 83]
ALL_NOISE = {
    "input_noise.0": GaussianNoise(std=0.1),
    "dropout.1": Dropout(rate=0.3),
    "hidden_noise.1": GaussianNoise(std=0.2),
    "hidden_noise.2": SaltAndPepper(rate=0.1, low=-1.0),
    "weight_noise.0": GaussianNoise(std=0.02),
    "weight_noise.1": SaltAndPepper(rate=0.05),
    "weight_noise.2": GaussianNoise(std=0.02),
}
SETTINGS = {
    "noise": {"noise": ALL_NOISE},
    "decay by layer": {"weight_decay": (1e-2, 0.0, 1e-3), "optimizer": AdamW(clip_norm=0.5)},
    "penalties": {
        "penalties": (L1(l1=1e-3), L1L2(l1=1e-3, l2=1e-2), L2(l2=1e-2)),
        "optimizer": NAdam(),
    },
    "max norm": {
        "penalties": (MaxNorm(max_norm=0.8), None, MaxNorm(max_norm=0.5)),
        "optimizer": SGD(momentum=0.9),
    },
    "clipping": {"optimizer": RMSprop(clip_norm=0.1)},
    "stopping": {
        "stopping": EarlyStopping("val_loss", patience=1, restore_best_weights=True),
        "noise": {"dropout.2": Dropout(rate=0.3)},
    },
}


@pytest.fixture
def make_widths():
    """Return a function that makes plans of different widths, with different samples and seeds."""

    def make(widths=WIDTHS, dtype=torch.float64, **settings):
        data, plans = make_data(110, dtype=dtype, n_features=9), []
        for k, hidden in enumerate(widths):
            own = {
                "hidden": hidden,
                "data": part(data, slice(ROWS[k])),
                "validation": part(data, slice(ROWS[k], None)),
                "learning_rate": 3e-3 / (1 + k),
                "batch_size": 26,
                "seed": k % 2,
                "max_epochs": 8,
            }
            plans.append(make_plan(**own | settings))
        return plans

    return make


def from_single_fits(plans):
    return largest_difference(train(plans), [train([plan])[0] for plan in plans])


@pytest.mark.slow
@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
@pytest.mark.parametrize("activation", [torch.relu, torch.sigmoid, F.softplus, torch.tanh])
def test_in_float64_losses_are_those_of_single_fits(activation, normalization, make_widths):
    settings = {"activation": activation, "normalization": normalization, "noise": ALL_NOISE}
    assert from_single_fits(make_widths(**settings)) < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("normalization", ["batch", "layer"])
@pytest.mark.parametrize("name", SETTINGS)
def test_in_float64_numbers_of_all_kinds_keep_the_law(name, normalization, make_widths):
    settings = {"activation": torch.sigmoid, "normalization": normalization}
    assert from_single_fits(make_widths(**settings | SETTINGS[name])) < 1e-9


def test_members_stop_at_different_epochs_and_leave(make_widths, monkeypatch):
    sizes, init = [], Training.__init__

    def noting(self, plans, *followers):
        sizes.append(len(plans))
        init(self, plans, *followers)

    monkeypatch.setattr(Training, "__init__", noting)
    plans = [
        replace(
            plan,
            stopping=EarlyStopping(
                "val_loss", min_delta=1e9, patience=1 + 3 * k, restore_best_weights=k % 2 == 0
            ),
        )
        for k, plan in enumerate(make_widths(normalization="batch", noise=ALL_NOISE, max_epochs=14))
    ]
    together = train(plans)
    assert sizes == [4, 2, 1]
    alone = [train([plan])[0] for plan in plans]
    assert largest_difference(together, alone) < 1e-9
    for one, other in zip(together, alone, strict=True):
        assert one.best_epoch == other.best_epoch == 0
        mine, theirs = one.network.state_dict(), other.network.state_dict()
        torch.testing.assert_close(mine, theirs, rtol=1e-6, atol=1e-6)


def test_results_have_the_members_own_widths_and_state(make_widths):
    plans = make_widths(normalization="batch", max_epochs=2)
    for result, plan in zip(train(plans), plans, strict=True):
        (alone,) = train([plan])
        mine, theirs = result.network.state_dict(), alone.network.state_dict()
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-9)
        state, expected = result.state.optimizer_state, alone.state.optimizer_state
        torch.testing.assert_close(state, expected, rtol=1e-6, atol=1e-9)
        assert result.network(plan.data.x).shape == (len(plan.data.x), 10)


def test_training_goes_on_inside_a_padded_population(make_widths):
    plans = make_widths(normalization="layer", max_epochs=5)
    later = [
        replace(plan, start=Start(result.network.state_dict(), result.state))
        for plan, result in zip(plans, train(plans), strict=True)
    ]
    whole = train(make_widths(normalization="layer", max_epochs=10))
    for result, expected in zip(train(later), whole, strict=True):
        np.testing.assert_allclose(result.history["loss"], expected.history["loss"][5:], rtol=1e-9)


def test_a_pause_changes_nothing_whoever_is_there_after_it(make_widths):
    stopping = EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    settings = {"normalization": "batch", "noise": ALL_NOISE, "stopping": stopping}
    plans = make_widths(max_epochs=8, learning_rate=3e-3, **settings)
    paused = [result.paused for result in train(plans, until=3)]
    assert None not in paused
    others = [train(plans[:3], paused=paused[:3]), train(plans[3:], paused=paused[3:])]
    found = [result for results in others for result in results]
    assert largest_difference(found, train(plans)) < 1e-9


def test_what_is_padded_stays_zero(make_widths):
    plans = make_widths(activation=torch.sigmoid, noise=ALL_NOISE, max_epochs=3)
    training = Training([replace(plan, weight_decay=(0.1,) * 3) for plan in plans])
    while training.running:
        training.run_epoch()
    population = training.population
    for k, (first, second) in enumerate(WIDTHS):
        state = {name: value[k] for name, value in population.tensors().items()}
        assert not state["network.hidden.0.linear.weight"][first:].any()
        assert not state["network.hidden.1.linear.weight"][second:].any()
        assert not state["network.hidden.1.linear.weight"][:, first:].any()
        assert not state["network.output.weight"][:, second:].any()


def test_a_diverging_member_leaves_the_others_alone(make_widths):
    rates = [1e-3, 1e30, 1e-3, 1e-4]
    plans = [
        replace(plan, learning_rate=rate, optimizer=SGD())
        for plan, rate in zip(make_widths(max_epochs=4), rates, strict=True)
    ]
    together = train(plans)
    assert [result.diverged for result in together] == [False, True, False, False]
    alone = [train([plan])[0] for plan in plans]
    assert len(together[1].history["loss"]) == len(alone[1].history["loss"])
    del together[1], alone[1]
    assert largest_difference(together, alone) < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e-4, 1e-3, 1e-2, 1e-1])
@pytest.mark.parametrize("optimizer", [Adam(), SGD(momentum=0.5)])
def test_in_float32_losses_differ_no_more_than_those_of_disturbed_weights(
    rate, optimizer, make_widths
):
    settings = {
        "learning_rate": rate,
        "optimizer": optimizer,
        "noise": {"dropout.1": Dropout(rate=0.2)},
    }
    settings |= {"max_epochs": 6, "weight_decay": (1e-3,) * 3}
    plans = make_widths([*WIDTHS, (17, 20)], torch.float32, **settings)
    alone = [train([plan])[0] for plan in plans]
    control = [train([disturbed(plan)])[0] for plan in plans]
    allowed = 2 * largest_difference(control, alone)
    assert 0 < largest_difference(train(plans), alone) <= allowed


def unmasked(signal, units):
    return signal


def mean_of_all(signal, units):
    return signal.mean(-1, keepdim=True)


@pytest.mark.parametrize(
    ("module", "name", "without", "settings"),
    [
        (_layers, "of_units", unmasked, {"activation": torch.sigmoid}),
        (_layers, "of_units", unmasked, {"activation": F.softplus}),
        (_layers, "of_units", unmasked, {"noise": ALL_NOISE}),
        (_layers, "of_units", unmasked, {"normalization": "batch", "activation": torch.sigmoid}),
        (_normalization, "mean_of_units", mean_of_all, {"normalization": "layer"}),
    ],
    ids=["sigmoid", "softplus", "noise", "batch norm", "mean of layer norm"],
)
def test_without_one_of_the_masks_the_law_is_broken(
    module, name, without, settings, make_widths, monkeypatch
):
    monkeypatch.setattr(module, name, without)
    assert from_single_fits(make_widths(max_epochs=3, **settings)) > 1e-6


@pytest.mark.parametrize("site", ALL_NOISE)
def test_without_one_draw_of_a_members_own_the_law_is_broken(site, make_widths, monkeypatch):
    plans = make_widths(max_epochs=3, noise={site: ALL_NOISE[site]})
    alone = [train([plan])[0] for plan in plans]
    blocks = Draws.blocks

    def with_another(self, epoch, batch):
        drawn = [block.clone() for block in blocks(self, epoch, batch)]
        if (epoch, batch) == (1, 2):
            drawn[0][1] = drawn[0][0]
        return drawn

    monkeypatch.setattr(Draws, "blocks", with_another)
    assert largest_difference(train(plans), alone) > 1e-7


def test_blocks_are_drawn_at_the_width_that_a_member_has(make_widths):
    plans = make_widths(noise={"dropout.1": Dropout(rate=0.3)})
    training = Training(plans)
    (together,) = training.steps.gradient_step.draws.blocks(2, 1)
    for k, plan in enumerate(plans):
        (own,) = Training([plan]).steps.gradient_step.draws.blocks(2, 1)
        n_rows, width = own.shape
        assert torch.equal(together[k, :n_rows, :width], own)
        assert not together[k, :, width:].any()
