"""A search in stages samples again around the best candidates."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import randint, uniform

from sklearn_deep.model_selection import hidden_layers, int_loguniform, one_minus_loguniform
from sklearn_deep.optimizers import Adam
from tests._support.searches.small import (
    RATES,
    SPACE,
    X,
    Y,
    assert_same_results,
    assert_same_scores,
    batched,
    loop,
    network,
    pipeline,
)


def bounds(search, name):
    return [stage[name] for stage in search.stages_]


@pytest.mark.parametrize(
    ("n_iter", "n_stages", "budgets"),
    [(9, 3, [3, 3, 3]), (8, 3, [3, 3, 2]), (3, 3, [1, 1, 1]), (7, 2, [4, 3]), (4, 1, [4])],
)
def test_the_budget_is_spread_over_stages(n_iter, n_stages, budgets):
    found = batched(n_iter=n_iter, n_stages=n_stages, refit=False).fit(X, Y)
    assert np.bincount(found.cv_results_["stage"]).tolist() == budgets
    assert found.cv_results_["stage"].tolist() == sorted(found.cv_results_["stage"])
    assert len(found.stages_) == n_stages
    assert len(found.cv_results_["params"]) == n_iter


def test_the_first_stage_is_a_search_without_stages():
    found = batched(n_iter=9, n_stages=3).fit(X, Y)
    first = loop(n_iter=3).fit(X, Y)
    assert found.cv_results_["params"][:3] == first.cv_results_["params"]
    for i in range(3):
        name = f"split{i}_test_score"
        np.testing.assert_array_equal(found.cv_results_[name][:3], first.cv_results_[name])


def test_ranges_shrink_around_the_best_candidate():
    found = batched(n_iter=12, n_stages=3).fit(X, Y)
    results = found.cv_results_
    for name in SPACE:
        spans = bounds(found, name)
        for (low, high), (next_low, next_high) in pairwise(spans):
            assert low <= next_low < next_high <= high
            assert next_high - next_low < high - low
        drawn = np.asarray(results[f"param_{name}"], float)
        for stage, (low, high) in enumerate(spans):
            own = drawn[results["stage"] == stage]
            assert ((low <= own) & (own <= high)).all()
            before = results["stage"] < stage
            if stage:
                best = np.argmax(np.where(before, results["mean_test_score"], -np.inf))
                assert low <= drawn[best] <= high


def test_scores_of_all_stages_are_those_of_single_fits():
    found = batched(n_iter=6, n_stages=3).fit(X, Y)
    again = [{name: [value] for name, value in p.items()} for p in found.cv_results_["params"]]
    expected = batched(space=again, n_iter="all", population_size=1).fit(X, Y)
    assert_same_scores(found, expected)
    assert found.best_score_ == found.cv_results_["mean_test_score"].max()


def test_stages_do_not_depend_on_the_size_of_populations():
    searches = [
        batched(n_iter=6, n_stages=2, population_size=size).fit(X, Y) for size in (2, "auto")
    ]
    assert_same_results(*searches)
    assert repr(searches[0].stages_) == repr(searches[1].stages_)


SPACES = {
    "integers": {"batch_size": randint(8, 60), "max_epochs": int_loguniform(1, 4)},
    "categories": {"activation": ["relu", "tanh", "selu"], "normalization": [None, "batch"]},
    "layers": {"hidden_layer_sizes": hidden_layers(n_layers=(1, 3), n_units=(2, 9))},
    "numbers": {"optimizer__beta_1": one_minus_loguniform(0.5, 0.999), "dropout": uniform(0, 0.9)},
    "several": [
        {"activation": ["relu", "tanh"], "dropout": uniform(0, 0.9)},
        {"learning_rate": RATES, "batch_size": [16, 32]},
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SPACES)
def test_parameters_of_every_kind_stay_valid(case):
    estimator = network(optimizer=Adam())
    found = batched(estimator, SPACES[case], n_iter=9, n_stages=3, error_score="raise").fit(X, Y)
    assert len(found.stages_) == 3
    assert np.isfinite(found.cv_results_["mean_test_score"]).all()
    if case == "integers":
        for params in found.cv_results_["params"]:
            assert isinstance(params["batch_size"], int | np.integer)
            assert 8 <= params["batch_size"] < 60
            assert 1 <= params["max_epochs"] <= 4
    if case == "categories":
        assert bounds(found, "activation")[0] == ["relu", "tanh", "selu"]
        assert 2 <= len(bounds(found, "activation")[-1]) <= 3


class Numbers:
    """Draws numbers, but has no quantiles."""

    def rvs(self, size=None, random_state=None):
        return random_state.uniform(0, 0.9, size)


def test_each_stage_draws_anew_where_nothing_can_shrink():
    found = batched(space={"net__dropout": Numbers()}, n_iter=6, n_stages=3).fit(X, Y)
    assert len(set(found.cv_results_["param_net__dropout"])) == 6


def test_a_metric_of_several_leads_the_stages_that_refit_names():
    settings = {"n_iter": 8, "n_stages": 2, "scoring": ["accuracy", "neg_log_loss"]}
    by_loss, by_accuracy = (
        batched(refit=name, **settings).fit(X, Y) for name in ("neg_log_loss", "accuracy")
    )
    for found, name in ((by_loss, "neg_log_loss"), (by_accuracy, "accuracy")):
        first = np.flatnonzero(found.cv_results_["stage"] == 0)
        best = first[np.argmin(found.cv_results_[f"rank_test_{name}"][first])]
        for parameter in SPACE:
            low, high = bounds(found, parameter)[1]
            assert low <= found.cv_results_[f"param_{parameter}"][best] <= high


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
@pytest.mark.filterwarnings("ignore:One or more of the t:UserWarning")
def test_candidates_that_fail_lead_nowhere():
    space = {"net__learning_rate": uniform(-0.05, 0.1)}
    found = batched(space=space, n_iter=12, n_stages=2).fit(X, Y)
    nan = np.isnan(found.cv_results_["mean_test_score"])
    first = found.cv_results_["stage"] == 0
    assert 0 < nan[first].sum() < 6
    best = found.cv_results_["param_net__learning_rate"][found.best_index_]
    assert best > 0
    low, high = bounds(found, "net__learning_rate")[1]
    assert low < high
    assert high > 0


def test_each_stage_is_summed_up(capsys):
    batched(n_iter=4, n_stages=2, verbose=2).fit(X, Y)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Stage")]
    assert len(told) == 2
    assert told[0].startswith("Stage 1 of 2: 2 candidates; best so far score=0.")
    assert "net__learning_rate" in told[1]


def test_one_stage_has_the_whole_space():
    found = batched(pipeline(), {"net__dropout": [0.0, 0.1], "scale": ["passthrough"]}, n_iter=2)
    assert found.fit(X, Y).stages_ == [{"net__dropout": [0.0, 0.1], "scale": ["passthrough"]}]
