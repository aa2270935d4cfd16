"""A search space shrinks to the neighborhood of its winners, each parameter on its own scale."""

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import ParameterSampler

from sklearn_deep._spaces.narrowing import narrowed, plain_space
from sklearn_deep._spaces.quantiles import (
    LARGEST_SHARE,
    Quantiles,
    neighborhood,
    quantile_of,
)
from sklearn_deep.model_selection import (
    hidden_layers,
    int_loguniform,
    loguniform,
    one_minus_loguniform,
)

NUMBERS = {
    "loguniform": loguniform(1e-5, 1e-1),
    "uniform": stats.uniform(-1, 3),
    "normal": stats.norm(2, 0.5),
    "beta": one_minus_loguniform(0.9, 0.999),
    "units": int_loguniform(4, 2000),
    "randint": stats.randint(3, 400),
    "geometric": stats.geom(0.01),
    "unfrozen": stats.expon,
}


class OnlyDraws:
    """A distribution without quantiles."""

    def rvs(self, size=None, random_state=None):
        return 0.5

    def __repr__(self):
        return "OnlyDraws()"


def candidates(space, n, seed=0):
    return list(ParameterSampler(space, n, random_state=seed))


def one(distribution, *values):
    """Return the rest of one distribution around values."""
    return narrowed({"p": distribution}, [{"p": value} for value in values])["p"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("seed", range(5))
def test_every_stage_is_within_the_last_and_narrower_and_keeps_the_best(name, seed):
    space = {"p": NUMBERS[name]}
    best = candidates(space, 1, seed=100 + seed)[0]
    part = Quantiles(NUMBERS[name])
    for stage in range(12):
        winners = [best, *candidates(space, stage % 4, seed)]
        space = narrowed(space, winners)
        last, part = part, space["p"]
        assert part.distribution is NUMBERS[name]
        assert last.low <= part.low < part.high <= last.high
        assert part.high - part.low <= LARGEST_SHARE * (last.high - last.low) * (1 + 1e-9)
        assert part.holds(best["p"])
        assert all(part.holds(c["p"]) for c in candidates(space, 20, seed))


def test_a_log_uniform_range_shrinks_in_the_exponent():
    low, high = plain_space({"p": one(loguniform(1e-4, 1), 1e-2)})["p"]
    # Around the middle of the exponents -4 to 0, two thirds of their range stay.
    assert (math.log10(low), math.log10(high)) == pytest.approx((-2 - 4 / 3, -2 + 4 / 3))


def test_a_momentum_shrinks_in_the_exponent_of_its_distance_from_one():
    low, high = plain_space({"p": one(one_minus_loguniform(0.9, 0.999), 0.99)})["p"]
    assert math.log10(1 - low) + math.log10(1 - high) == pytest.approx(-4)
    assert math.log10(1 - low) - math.log10(1 - high) == pytest.approx(2 * LARGEST_SHARE)


def test_draws_of_a_part_are_those_of_the_whole_within_its_range():
    part = one(stats.norm(1, 2), 0.0, 0.5, 0.2)
    low, high = plain_space({"p": part})["p"]
    whole = stats.norm(1, 2).rvs(size=20000, random_state=0)
    inside = whole[(whole > low) & (whole < high)]
    assert len(inside) > 2000
    assert stats.ks_2samp(part.rvs(size=5000, random_state=1), inside).pvalue > 0.01


@pytest.mark.parametrize("name", ["units", "randint", "geometric"])
def test_integers_stay_integers(name):
    space = {"p": NUMBERS[name]}
    space = narrowed(space, candidates(space, 3))
    drawn = [candidate["p"] for candidate in candidates(space, 50)]
    low, high = plain_space(space)["p"]
    assert {type(value) for value in [*drawn, low, high]} == {int}
    assert low <= min(drawn) < max(drawn) <= high
    assert space["p"].rvs(size=3, random_state=0).dtype.kind == "i"


def test_a_part_of_integers_has_their_probabilities_cut():
    part = Quantiles(stats.randint(0, 4), 0.125, 0.75)
    counts = np.bincount(part.rvs(size=5000, random_state=0))
    assert stats.chisquare(counts, 5000 * np.array([0.2, 0.4, 0.4])).pvalue > 0.01
    assert part.cdf([-1, 0, 1, 2, 3]) == pytest.approx([0, 0.2, 0.6, 1, 1])


def test_discrete_numbers_that_are_not_whole_stay_as_they_are():
    halves = stats.rv_discrete(values=([0.5, 1.5, 2.5], [0.2, 0.3, 0.5]))
    part = one(halves, 1.5)
    assert set(part.rvs(size=30, random_state=0)) <= {0.5, 1.5, 2.5}
    assert part.holds(1.5)


def test_winners_that_are_spread_evenly_say_nothing_but_the_best():
    spread = (np.arange(5) + 0.5) / 5
    low, high = neighborhood(spread)
    assert (low, high) == pytest.approx((0.1 - 0.1 * LARGEST_SHARE, 0.1 + 0.9 * LARGEST_SHARE))


def test_winners_that_agree_leave_half_a_share_on_each_side():
    assert neighborhood([0.5, 0.52, 0.48, 0.5]) == pytest.approx((0.48 - 1 / 8, 0.52 + 1 / 8))


def test_a_neighborhood_ends_where_the_range_ends():
    assert neighborhood([0.0, 0.1]) == pytest.approx((0, 0.35))
    assert neighborhood([1.0, 0.9]) == pytest.approx((0.65, 1))


def test_all_numbers_of_the_best_stay():
    assert neighborhood([[0.1, 0.9], [0.5]]) == pytest.approx((0.1, 0.9))


def test_winners_from_before_count_as_the_nearest_end():
    part = Quantiles(stats.uniform(), 0.2, 0.4)
    assert one(part, 0.3, 0.9) == one(part, 0.3, 0.4)
    assert one(part, 0.9, 0.3) == one(part, 0.4, 0.3)
    assert one(part, 0.9, 0.3).high == pytest.approx(0.4)


def test_a_search_that_has_come_to_a_point_stays_there():
    part = stats.uniform(0, 1)
    for _ in range(200):
        part = one(part, 0.3)
    assert 1e-10 < part.high - part.low < 1e-9
    assert part.holds(0.3)


@pytest.mark.parametrize(
    ("winners", "left"),
    [
        (["tanh", "relu", "tanh"], ["relu", "tanh"]),
        (["selu", "relu"], ["relu", "selu"]),
        (["relu"], ["relu", "tanh"]),
        (["tanh", "tanh"], ["tanh", "selu"]),
        (["selu"], ["tanh", "selu"]),
        (["elu"], ["relu", "tanh", "selu"]),
    ],
)
def test_a_list_keeps_what_wins_and_one_alternative(winners, left):
    assert one(["relu", "tanh", "selu"], *winners) == left
    assert one(("relu", "tanh", "selu"), *winners) == left


def test_lists_of_one_and_of_two_stay():
    assert one(["adam"], "adam") == ["adam"]
    assert one([0.1, 0.2], 0.2) == [0.1, 0.2]


def test_repeated_entries_keep_their_weight_and_are_no_alternative():
    assert one(["a", "b", "a", "c"], "a") == ["a", "b", "a"]
    assert one(["a", "a"], "a") == ["a", "a"]


def test_lists_of_numbers_keep_the_numbers_that_win():
    assert one(np.array([0.1, 0.2, 0.4, 0.8]), np.float64(0.2), 0.8) == [0.2, 0.8]
    assert one(range(5), 3, 1) == [1, 3]


def test_arrays_and_estimators_in_lists_are_found():
    arrays = [np.arange(2), np.arange(3), np.arange(3) + 1]
    left = one(arrays, np.arange(3), np.arange(2))
    assert [entry.tolist() for entry in left] == [[0, 1], [0, 1, 2]]
    estimators = [LogisticRegression(C=c) for c in (1, 2, 3)]
    assert one(estimators, estimators[2], LogisticRegression(C=1)) == estimators[::2]


def test_what_cannot_say_its_quantiles_stays():
    only = OnlyDraws()
    assert one(only, 0.5) is only


def test_what_narrows_itself_does():
    layers = hidden_layers((1, 3), (16, 256))
    assert one(layers, (64,), (80,)) == layers.narrowed([(64,), (80,)])


def test_without_winners_a_space_stays():
    space = {"p": stats.uniform(), "q": [1, 2]}
    assert narrowed(space, []) == space
    assert narrowed([space, {"r": [1]}], []) == [space, {"r": [1]}]


SGD = {"optimizer": ["sgd"], "learning_rate": loguniform(1e-2, 1)}
ADAM = {"optimizer": ["adam"], "learning_rate": loguniform(1e-4, 1e-2)}
DEEP = {"layers": hidden_layers((1, 3)), "learning_rate": stats.uniform(0, 1)}


def test_a_space_without_winners_goes():
    winners = candidates(ADAM, 3) + candidates(DEEP, 1)
    left = narrowed([SGD, ADAM, DEEP], winners)
    assert [space.keys() for space in left] == [ADAM.keys(), DEEP.keys()]
    assert left[0] == narrowed(ADAM, winners[:3])
    assert plain_space(left[1]) == plain_space(narrowed(DEEP, winners[3:]))


def test_a_winner_is_told_by_its_names_and_by_its_values():
    spaces = [{"lr": loguniform(1e-4, 1e-2)}, {"lr": loguniform(1e-2, 1)}, {"a": [1]}]
    assert plain_space(narrowed(spaces, [{"lr": 0.5}]))[0]["lr"][1] <= 1
    assert len(narrowed(spaces, [{"lr": 0.5}])) == 1
    assert len(narrowed(spaces, [{"lr": 0.5}, {"lr": 1e-3}])) == 2
    shapes = [{"h": hidden_layers(2, shape=shape)} for shape in ("constant", "funnel")]
    assert narrowed(shapes, [{"h": (64, 32)}])[0]["h"].shape == "funnel"
    units = [{"n": stats.randint(1, 5)}, {"n": int_loguniform(5, 9)}, {"n": stats.uniform(0, 0.5)}]
    assert plain_space(narrowed(units, [{"n": 4}]))[0]["n"][1] == 4
    assert len(narrowed(units, [{"n": 5}])) == 1


def test_values_that_are_no_numbers_and_numbers_that_are_not_whole_have_another_space():
    spaces = [{"p": stats.randint(0, 4)}, {"p": stats.uniform(0, 4)}, {"p": ["scale", (2,)]}]
    assert plain_space(narrowed(spaces, [{"p": "scale"}])) == [{"p": ["scale", (2,)]}]
    assert plain_space(narrowed(spaces, [{"p": 2.5}]))[0]["p"][1] > 3.5
    assert len(narrowed(spaces, [{"p": 2.5}])) == 1
    assert len(narrowed(spaces, [{"p": 2}])) == 2


def test_a_winner_from_before_the_spaces_were_narrowed_counts_by_its_names():
    spaces = [{"lr": Quantiles(loguniform(1e-4, 1), 0.4, 0.6)}, {"b": [1, 2]}]
    assert [s.keys() for s in narrowed(spaces, [{"lr": 0.9}])] == [{"lr"}]


def test_winners_of_no_space_leave_all_spaces():
    assert narrowed([SGD, DEEP], [{"other": 1}]) == [SGD, DEEP]


def test_narrowed_spaces_draw_in_scikit_learn():
    spaces = [SGD, ADAM, DEEP]
    for stage in range(3):
        drawn = candidates(spaces, 12, seed=stage)
        spaces = narrowed(spaces, drawn[:4])
    assert 1 <= len(spaces) <= 3


def test_ranges_are_plain_data():
    space = {
        "lr": Quantiles(loguniform(1e-4, 1), 0.25, 0.75),
        "n": stats.randint(2, 9),
        "x": stats.norm(),
        "a": ("relu", "tanh"),
        "h": hidden_layers(2, 16),
        "o": OnlyDraws(),
    }
    described = plain_space(space)
    assert described.pop("lr") == pytest.approx((1e-3, 1e-1))
    assert described == {
        "n": (2, 8),
        "x": (-math.inf, math.inf),
        "a": ["relu", "tanh"],
        "h": {
            "n_layers": (2, 2),
            "n_units": (16, 16),
            "scale": "linear",
            "shape": "free",
            "multiple_of": 1,
        },
        "o": "OnlyDraws()",
    }
    assert {type(end) for end in plain_space(space)["lr"]} == {float}
    assert plain_space([{"a": [1]}, {"b": [2]}]) == [{"a": [1]}, {"b": [2]}]


def test_a_part_is_written_with_the_distribution_it_is_of():
    part = Quantiles(stats.norm(loc=2), 0.25, 0.5)
    assert repr(part) == "Quantiles(norm(loc=2), low=0.25, high=0.5)"


def test_an_integer_lies_at_the_middle_of_its_quantiles():
    assert quantile_of(stats.randint(0, 4), [0, 1, 3]).tolist() == [0.125, 0.375, 0.875]
