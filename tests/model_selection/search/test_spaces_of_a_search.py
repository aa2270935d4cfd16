"""The candidates are those of scikit-learn's searches."""

import numpy as np
import pytest
from scipy.stats import randint, uniform
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ParameterSampler
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_deep.optimizers import Adam
from tests._support.searches.small import (
    RATES,
    SPACE,
    X,
    Y,
    assert_same_scores,
    batched,
    loop,
    network,
    pipeline,
)

GRIDS = [
    {"net__learning_rate": [1e-3, 1e-1], "net__dropout": [0.0, 0.2, (0.1, 0.3)]},
    [{"net__learning_rate": [1e-3, 1e-1]}, {"net__dropout": [0.5], "scale": ["passthrough"]}],
]


@pytest.mark.parametrize("grid", GRIDS, ids=["a dict", "a list of dicts"])
def test_all_combinations_are_those_of_a_grid_search(grid):
    expected = GridSearchCV(pipeline(), grid, cv=3).fit(X, Y)
    found = batched(space=grid, n_iter="all").fit(X, Y)
    assert_same_scores(found, expected)
    assert found.cv_results_["params"] == expected.cv_results_["params"]
    assert found.best_params_ == expected.best_params_
    for name in ("param_net__learning_rate", "param_net__dropout"):
        np.testing.assert_array_equal(
            found.cv_results_[name].mask, expected.cv_results_[name].mask, strict=True
        )


def test_a_distribution_has_no_list_of_all_values():
    with pytest.raises(TypeError, match="net__learning_rate' needs to be a list"):
        batched(n_iter="all").fit(X, Y)


def test_a_list_of_spaces_is_drawn_from_as_in_the_loop():
    space = [
        {"net__learning_rate": RATES, "net__hidden_layer_sizes": [(4,), (8, 4)]},
        {"net__batch_size": randint(8, 40), "scale": [StandardScaler(), MinMaxScaler()]},
        {"net": [network(dropout=0.1), LogisticRegression()]},
    ]
    searches = [kind(space=space, n_iter=8).fit(X, Y) for kind in (loop, batched)]
    assert_same_scores(*searches)
    drawn = [list(map(str, search.cv_results_["params"])) for search in searches]
    assert drawn[0] == drawn[1]


def test_fewer_combinations_than_asked_for_are_all_tried():
    space = {"net__learning_rate": [1e-3, 1e-2, 1e-1]}
    with pytest.warns(
        UserWarning, match='all 3 points .* fewer than n_iter=10.*n_iter="all"'
    ) as said:
        found = batched(space=space, n_iter=10).fit(X, Y)
    assert [one.filename for one in said if "n_iter" in str(one.message)] == [__file__]
    with pytest.warns(UserWarning, match="smaller than n_iter=10"):
        assert_same_scores(loop(space=space, n_iter=10).fit(X, Y), found)
    assert sorted(found.cv_results_["param_net__learning_rate"]) == [1e-3, 1e-2, 1e-1]


def test_an_instance_draws_what_it_draws_in_the_loop():
    expected, found = (
        kind(random_state=np.random.RandomState(3)).fit(X, Y) for kind in (loop, batched)
    )
    assert found.cv_results_["params"] == expected.cv_results_["params"]
    assert_same_scores(found, expected)


def test_an_instance_moves_on_from_fit_to_fit():
    search = batched(random_state=np.random.RandomState(3), n_stages=2)
    first = search.fit(X, Y).cv_results_["params"]
    assert search.fit(X, Y).cv_results_["params"] != first


def test_without_a_seed_candidates_come_from_the_global_generator():
    state = np.random.get_state()  # noqa: NPY002 - what random_state=None means
    try:
        np.random.seed(5)  # noqa: NPY002
        found = batched(random_state=None).fit(X, Y)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    expected = list(ParameterSampler(SPACE, 4, random_state=np.random.RandomState(5)))
    assert found.cv_results_["params"] == expected


def test_a_seed_leaves_the_global_generators_alone():
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = batched(n_stages=2).fit(X, Y)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    second = batched(n_stages=2).fit(X, Y)
    assert first.cv_results_["params"] == second.cv_results_["params"]
    assert_same_scores(first, second)


def test_values_that_are_estimators_stay_unfitted():
    scaler, mlp = StandardScaler(), network(dropout=0.1)
    batched(space={"scale": [scaler], "net": [mlp], "net__learning_rate": RATES}).fit(X, Y)
    assert not hasattr(scaler, "mean_")
    assert not hasattr(mlp, "module_")
    assert mlp.learning_rate == 3e-3


def test_names_reach_inside_plug_ins():
    space = {"net__optimizer__beta_1": uniform(0.1, 0.8)}
    mlp = pipeline(optimizer=Adam())
    expected, found = (
        kind(mlp, space, scoring="neg_log_loss").fit(X, Y) for kind in (loop, batched)
    )
    assert_same_scores(found, expected)
    assert len(set(found.cv_results_["mean_test_score"])) == 4


@pytest.mark.parametrize("n_iter", ["all", 2])
def test_a_value_that_is_not_in_a_list_gets_the_message_of_scikit_learn(n_iter):
    with pytest.raises(TypeError, match=r"Parameter (grid|distribution|value).*C.*1"):
        batched(LogisticRegression(), {"C": 1}, n_iter=n_iter).fit(X, Y)
