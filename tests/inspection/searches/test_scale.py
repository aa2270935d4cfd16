"""Axes use the scale on which parameters were drawn; values that are not numbers are drawn, too."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import loguniform, norm, randint, uniform

from sklearn_deep._spaces import dimension_of
from sklearn_deep.inspection._searches.names import short_names, value_labels
from sklearn_deep.inspection._searches.scale import Scale
from sklearn_deep.model_selection import int_loguniform, one_minus_loguniform
from sklearn_deep.optimizers import SGD, Adam
from tests._support.for_all import for_all


@pytest.mark.parametrize(
    ("distribution", "kind"),
    [
        (uniform(0, 0.6), "linear"),
        (uniform(0.1, 10), "linear"),
        (randint(1, 10), "linear"),
        (norm(0, 1), "linear"),
        (loguniform(1e-4, 1e-1), "log"),
        (loguniform(1, 2), "log"),
        (int_loguniform(16, 1024), "log"),
        (one_minus_loguniform(0.9, 0.999), "one_minus_log"),
        (one_minus_loguniform(0.0, 0.9), "one_minus_log"),
    ],
)
def test_a_distribution_has_the_scale_on_which_it_is_uniform(distribution, kind):
    assert dimension_of(distribution).axis() == kind


@for_all(
    ("values", "kind"),
    [
        ([0.1, 0.2, 0.5], "linear"),
        ([1e-4, 1e-2], "log"),
        ([1e-4, 9e-3], "linear"),
        ([0, 1e-4, 1e-1], "log"),
        ([-1, 0, 1000], "linear"),
        ([0.9, 0.99, 0.999], "one_minus_log"),
        ([0.5, 0.6, 0.9], "linear"),
        (["a", "b"], "category"),
        ([True, False], "category"),
        ([None, None], "category"),
        ([None, 1, 2], "linear"),
    ],
)
def test_without_a_distribution_values_tell_the_scale(values, kind):
    assert Scale.of(values).kind == kind


def test_shares_are_even_on_the_own_scale():
    log = Scale.of([1e-4, 1e-3, 1e-1])
    np.testing.assert_allclose(log.shares(np.array([1e-4, 1e-3, 1e-1])), [0, 1 / 3, 1])
    beta = Scale.of([0.9, 0.99, 0.9999])
    np.testing.assert_allclose(beta.shares(np.array([0.9, 0.99, 0.9999])), [0, 1 / 3, 1])


def test_a_zero_on_a_log_scale_and_none_stand_left_of_the_numbers():
    values = [0, None, 1e-4, 1e-1, np.ma.masked]
    scale = Scale.of(values)
    places = scale.positions(values)
    missing, zero, none, low, high = np.argsort(places)[[0, 1, 2, 3, 4]].tolist()
    assert [missing, sorted([zero, none]), low, high] == [4, [0, 1], 2, 3]
    assert (places > 0).all()
    assert scale.ticks()[1][:3] == ["not set", "0", "None"]
    assert scale.shares(places).min() == pytest.approx(0)


def test_few_numbers_are_the_ticks():
    assert Scale.of([16, 32, 64]).ticks() == ([16.0, 32.0, 64.0], ["16", "32", "64"])


def test_ticks_of_integers_are_integers():
    positions, _ = Scale.of(list(range(1, 8))).ticks()
    assert all(position.is_integer() for position in positions)


def test_ticks_below_one_are_short_of_it_by_powers_of_ten():
    values = one_minus_loguniform(0.9, 0.9999).ppf(np.linspace(0, 1, 20))
    assert Scale.of(list(values)).ticks()[1] == ["0.9", "0.99", "0.999", "0.9999"]


@pytest.mark.parametrize("values", [[0.0], [3], [10**20], [1e-4], [0.999], ["a"], [None], [np.inf]])
def test_one_value_has_one_tick_in_the_middle(values):
    scale = Scale.of(values)
    positions, words = scale.ticks()
    assert len(positions) == len(words) == 1
    assert scale.shares(np.array(positions)) == pytest.approx([0.5])
    scale.set_on(plt.subplots()[1].xaxis)


@pytest.mark.parametrize("values", [[1e-5, 0.1], [0.9, 0.9999], [1, 7], ["a", "b", "c"]])
def test_an_axis_shows_all_places(values):
    scale, axes = Scale.of(values), plt.subplots()[1]
    scale.set_on(axes.xaxis)
    low, high = axes.get_xlim()
    assert low < min(scale.positions(values)) <= max(scale.positions(values)) < high
    assert [word.get_text() for word in axes.get_xticklabels()] == scale.ticks()[1]


def test_names_are_the_shortest_endings_that_tell_them_apart():
    names = ["mlp__optimizer__beta_1", "mlp__dropout", "ae__dropout", "C", "svc__C"]
    assert list(short_names(names).values()) == [
        "beta_1",
        "mlp__dropout",
        "ae__dropout",
        "C",
        "svc__C",
    ]


def test_objects_are_named_by_their_class_where_that_tells_them_apart():
    words = value_labels([Adam(), SGD(), SGD(momentum=0.5), "sgd", np.tanh, Adam, (32, 16), 0.5])
    assert list(words.values()) == [
        "Adam()", "SGD()", "SGD(momentum=0.5)", "sgd", "tanh", "Adam", "32-16", "0.5",
    ]  # fmt: skip


def test_a_long_word_is_cut():
    assert value_labels(["x" * 40]) == {f"str:{'x' * 40}": f"{'x' * 17}…"}


def test_a_word_and_a_number_that_are_written_alike_are_two_values():
    assert len(value_labels(["1", 1])) == 2
