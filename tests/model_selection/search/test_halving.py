"""Successive halving drops the worst candidates, and the scores of the others are unchanged."""

import warnings
from functools import cache

import numpy as np
import pytest
from scipy.stats import uniform
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer, MLPRegressor
from sklearn_deep._fits import task as _task
from sklearn_deep._fits.progress import Progress
from sklearn_deep.optimizers import SGD
from sklearn_deep.schedules import Schedule, WarmUp
from sklearn_deep.stopping import EarlyStopping
from tests._support.searches.small import (
    NUMBERS,
    RATES,
    WEIGHTS,
    X,
    Y,
    assert_same_results,
    batched,
    network,
    pipeline,
)

LONG = {"max_epochs": 9}
WAITING = EarlyStopping("val_loss", patience=3, restore_best_weights=True)


def halved(estimator=None, space=None, target=Y, fit=None, **settings):
    """Return a search with halving after 1, 3, ... epochs."""
    estimator = pipeline(**LONG) if estimator is None else estimator
    given = {"n_iter": 9, "min_epochs": 1, "cv": 2} | settings
    return batched(estimator, space, **given).fit(X, target, **(fit or {}))


@cache
def default_search(min_epochs=1):
    """Return the search of the default settings, with halving or without, fitted once."""
    return halved(min_epochs=min_epochs, return_train_score=True)


def fold_scores(search, kind="test"):
    """Return the scores of each candidate on each fold."""
    names = [f"split{i}_{kind}_score" for i in range(search.n_splits_)]
    return np.column_stack([search.cv_results_[name] for name in names])


def assert_survivors_are_those_of_a_plain_search(found, n_dropped=None, **settings):
    plain = halved(min_epochs=None, **settings) if settings else default_search(None)
    dropped = found.cv_results_["dropped"]
    assert [str(p) for p in found.cv_results_["params"]] == [
        str(p) for p in plain.cv_results_["params"]
    ]
    assert fold_scores(found)[~dropped].tolist() == fold_scores(plain)[~dropped].tolist()
    assert (fold_scores(found)[dropped] != fold_scores(plain)[dropped]).any()
    assert dropped.sum() == n_dropped if n_dropped is not None else dropped.any()
    return plain


def test_survivors_have_the_scores_of_a_search_without_halving():
    found = default_search()
    plain = assert_survivors_are_those_of_a_plain_search(found, 8)
    assert sorted(found.cv_results_["n_epochs"]) == [1] * 6 + [3] * 2 + [9]
    (last,) = np.flatnonzero(~found.cv_results_["dropped"])
    assert fold_scores(found, "train")[last].tolist() == fold_scores(plain, "train")[last].tolist()


def test_dropped_candidates_have_the_scores_of_shorter_fits():
    found = default_search()
    scored = fold_scores(found)
    for k, params in enumerate(found.cv_results_["params"]):
        n_epochs = int(found.cv_results_["n_epochs"][k])
        shorter = pipeline(**LONG).set_params(**params, net__max_epochs=n_epochs)
        assert scored[k].tolist() == cross_val_score(shorter, X, Y, cv=2).tolist()


@cache
def mean_score(n_epochs, k):
    """Return the mean score of candidate ``k`` of the default search, from single fits."""
    params = default_search(None).cv_results_["params"][k]
    return cross_val_score(pipeline(max_epochs=n_epochs).set_params(**params), X, Y, cv=2).mean()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("min_epochs", "factor", "n_iter", "checkpoints"),
    [(1, 3, 9, [1, 3]), (2, 2, 9, [2, 4, 8]), (1, 1.5, 7, [1, 2, 3, 4, 5, 7]), (4, 2, 5, [4, 8])],
)
def test_the_worst_of_each_checkpoint_are_dropped(min_epochs, factor, n_iter, checkpoints):
    found = halved(min_epochs=min_epochs, factor=factor, n_iter=n_iter)
    assert found.cv_results_["params"] == default_search(None).cv_results_["params"][:n_iter]
    remaining = list(range(n_iter))
    expected = np.full(n_iter, LONG["max_epochs"])
    for n_epochs in checkpoints:
        means = [mean_score(n_epochs, k) for k in remaining]
        n_kept = int(np.ceil(len(remaining) / factor))
        if n_kept == len(remaining):
            break
        order = np.argsort(-np.array(means), kind="stable")
        expected[[remaining[i] for i in order[n_kept:]]] = n_epochs
        remaining = sorted(remaining[i] for i in order[:n_kept])
    assert found.cv_results_["n_epochs"].tolist() == expected.tolist()
    assert np.flatnonzero(~found.cv_results_["dropped"]).tolist() == remaining


def test_what_was_saved_is_counted(capsys):
    found = halved(verbose=2)
    assert found.n_epochs_saved_ == 2 * (6 * 8 + 2 * 6)
    assert found.share_saved_ == found.n_epochs_saved_ / (2 * 9 * 9)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("After")]
    assert told == [
        "After 1 epochs: 3 of 9 candidates continue; 96 epochs of networks saved",
        "After 3 epochs: 1 of 3 candidates continue; 24 epochs of networks saved",
    ]


def test_equal_candidates_are_trained_and_saved_once():
    found = halved(network(**LONG), {"learning_rate": [1e-3, 1e-3, 1e-1]}, n_iter="all")
    assert found.cv_results_["n_epochs"].tolist() == [1, 1, 9]
    assert found.n_epochs_saved_ == 2 * 8
    assert found.share_saved_ == 2 * 8 / (2 * 2 * 9)


def test_nothing_more_is_reported_without_halving():
    found = default_search(None)
    assert not {"dropped", "n_epochs"} & set(found.cv_results_)
    assert not hasattr(found, "n_epochs_saved_")


def test_the_best_was_trained_to_its_end_and_ranks_are_of_all_scores():
    found = halved(n_iter=12, random_state=3, min_epochs=3, factor=2)
    results = found.cv_results_
    assert found.best_index_ in np.flatnonzero(~results["dropped"])
    ended = np.where(results["dropped"], -np.inf, results["mean_test_score"])
    assert found.best_score_ == ended.max()
    means = results["mean_test_score"]
    assert results["rank_test_score"].tolist() == [1 + (means > mean).sum() for mean in means]


class Worsening(Schedule):
    """Loses in late epochs what was learned before."""

    def factors(self, times, n_epochs):
        return np.where(times < 3, 1.0, 1e6)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_dropped_candidate_is_not_the_best_though_its_score_is():
    estimator = network(schedule=Worsening(), max_epochs=5)
    found = halved(estimator, {"learning_rate": [0.1, 0.09, 1e-12]}, n_iter="all", min_epochs=3)
    results = found.cv_results_
    best = found.best_index_
    assert results["n_epochs"].tolist() == [5 if k == best else 3 for k in range(3)]
    assert results["rank_test_score"][best] > 1
    assert found.best_score_ == results["mean_test_score"][best]


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"population_size": 1}, {"population_size": 4}, {"n_jobs": 2}]
)
def test_neither_populations_nor_processes_change_a_result(settings):
    expected, found = default_search(), halved(return_train_score=True, **settings)
    assert_same_results(found, expected)
    for name in ("n_epochs", "dropped"):
        assert found.cv_results_[name].tolist() == expected.cv_results_[name].tolist()
    assert found.n_epochs_saved_ == expected.n_epochs_saved_
    assert found.share_saved_ == expected.share_saved_


@pytest.mark.slow
def test_each_stage_is_halved_and_the_next_is_drawn_around_who_came_furthest():
    found = halved(n_iter=12, n_stages=2)
    results = found.cv_results_
    for stage in (0, 1):
        assert sorted(results["n_epochs"][results["stage"] == stage]) == [1] * 4 + [3, 9]
    assert found.n_epochs_saved_ == 2 * 2 * (4 * 8 + 6)
    (first,) = np.flatnonzero((results["stage"] == 0) & ~results["dropped"])
    for name, (low, high) in found.stages_[1].items():
        assert low <= results[f"param_{name}"][first] <= high
    again = [{name: [value] for name, value in p.items()} for p in results["params"]]
    plain = halved(space=again, n_iter="all", min_epochs=None)
    kept = ~results["dropped"]
    assert fold_scores(found)[kept].tolist() == fold_scores(plain)[kept].tolist()


NESTED = {
    "a network alone": (network(**LONG), {"learning_rate": RATES}, Y),
    "the target is transformed": (
        TransformedTargetRegressor(
            MLPRegressor((8,), max_epochs=9, batch_size=32, random_state=0),
            transformer=StandardScaler(),
        ),
        {"regressor__learning_rate": RATES},
        NUMBERS,
    ),
    "a pipeline in a pipeline": (
        Pipeline([("scale", StandardScaler()), ("inner", pipeline(**LONG))]),
        {"inner__net__learning_rate": RATES},
        Y,
    ),
    "a transformed target in a pipeline": (
        make_pipeline(
            StandardScaler(),
            TransformedTargetRegressor(
                pipeline().set_params(net=MLPRegressor((8,), max_epochs=9, random_state=0)),
                transformer=StandardScaler(),
            ),
        ),
        {"transformedtargetregressor__regressor__net__learning_rate": RATES},
        NUMBERS,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", NESTED)
def test_networks_that_complete_an_estimator_are_halved(case):
    estimator, space, target = NESTED[case]
    settings = {"estimator": estimator, "space": space, "target": target}
    found = halved(**settings)
    assert_survivors_are_those_of_a_plain_search(found, 8, **settings)


@pytest.mark.slow
def test_a_network_in_the_middle_is_trained_to_its_end():
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), max_epochs=5, random_state=0)
    estimator = make_pipeline(encoder, network(**LONG))
    space = {"mlpclassifier__learning_rate": RATES}
    found = halved(estimator, space)
    assert_survivors_are_those_of_a_plain_search(found, 8, estimator=estimator, space=space)
    assert found.share_saved_ == found.n_epochs_saved_ / (2 * (9 * 9 + 5))
    alone = halved(make_pipeline(encoder, LogisticRegression()), {"logisticregression__C": RATES})
    assert not alone.cv_results_["dropped"].any()
    assert alone.cv_results_["n_epochs"].tolist() == [0] * 9
    assert alone.n_epochs_saved_ == 0


def test_other_estimators_compete_with_their_scores():
    space = [
        {"net": [LogisticRegression()], "net__C": [1e-6, 1.0]},
        {"net__learning_rate": [1e-9, 1e-8, 1e-1, 3e-2]},
    ]
    found = halved(space=space, n_iter="all", min_epochs=4, factor=2)
    assert found.cv_results_["n_epochs"].tolist()[:2] == [0, 0]
    assert found.cv_results_["dropped"].tolist()[:4] == [False, False, True, True]
    assert_survivors_are_those_of_a_plain_search(found, space=space, n_iter="all")


@pytest.mark.slow
@pytest.mark.parametrize(
    "space",
    [
        {"early_stopping": [WAITING], "learning_rate": RATES},
        {"optimizer": [SGD(momentum=0.9)], "schedule": ["cosine"], "learning_rate": RATES},
        {"schedule": ["plateau"], "learning_rate": RATES, "dropout": [0.2]},
        {"max_epochs": [2, 5, 9], "learning_rate": RATES},
    ],
    ids=["stopping", "cosine", "plateau", "max_epochs"],
)
def test_what_is_paused_goes_on_as_it_was(space):
    settings = {"estimator": network(max_epochs=12, normalization="batch"), "space": space}
    found = halved(factor=2, **settings)
    assert_survivors_are_those_of_a_plain_search(found, **settings)


def test_who_has_ended_keeps_a_score_that_counts():
    space = {"max_epochs": [2, 9], "learning_rate": [0.2, 1e-9]}
    found = halved(network(), space, n_iter="all", min_epochs=3, factor=4, cv=3)
    assert found.cv_results_["n_epochs"].tolist() == [2, 9, 2, 3]
    assert found.cv_results_["dropped"].tolist() == [False, False, False, True]
    space = [{"max_epochs": [2], "learning_rate": [0.2]}, space | {"learning_rate": [1e-9]}]
    found = halved(network(), space, n_iter="all", min_epochs=3, factor=4, cv=3)
    assert found.cv_results_["n_epochs"].tolist() == [2, 2, 3]
    assert found.cv_results_["dropped"].tolist() == [False, False, True]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_who_diverged_keeps_its_score():
    settings = {
        "estimator": network(optimizer="sgd", **LONG),
        "space": {"learning_rate": [1e-2, 1e30, 1e-1, 3e-1]},
        "n_iter": "all",
    }
    found = halved(factor=2, **settings)
    assert_survivors_are_those_of_a_plain_search(found, **settings)
    assert found.cv_results_["diverged"].tolist() == [0, 2, 0, 0]
    assert not found.cv_results_["dropped"][1]
    with pytest.warns(ConvergenceWarning, match="2 of 8 fits diverged"):
        halved(factor=2, **settings)


class FailingLater(Schedule):
    """Raises in the fifth epoch."""

    def factors(self, times, n_epochs):
        if times[-1] >= 4:
            raise RuntimeError("the fifth epoch is too much")
        return np.ones(len(times))


@pytest.mark.filterwarnings("ignore:One or more of the t:UserWarning")
def test_who_fails_later_is_dropped_or_scored_as_an_error():
    settings = {
        "estimator": network(**LONG),
        "space": {"schedule": [FailingLater(), None], "learning_rate": [1e-2, 1e-1, -1.0]},
        "n_iter": "all",
    }
    with pytest.warns(FitFailedWarning) as caught:
        found = halved(min_epochs=2, factor=1.3, **settings)
    assert len([w for w in caught if w.category is FitFailedWarning]) == 1
    scored = fold_scores(found)
    failed = np.isnan(scored).all(1)
    assert failed[[2, 5]].all()
    assert failed[:2].any()
    assert not failed[3:5].all()
    assert not failed[found.best_index_]
    with pytest.raises(RuntimeError, match="fifth epoch"):
        halved(
            min_epochs=2,
            factor=1.3,
            error_score="raise",
            **settings | {"space": {"schedule": [FailingLater(), None]}},
        )


@pytest.mark.slow
def test_the_metric_that_refit_names_decides():
    # With these candidates, the two metrics drop different ones.
    settings = {"scoring": ["accuracy", "neg_log_loss"], "factor": 2, "random_state": 1}
    by_name = {name: halved(refit=name, **settings) for name in settings["scoring"]}
    alone = {
        name: halved(**settings | {"scoring": name}, refit=False).cv_results_["n_epochs"].tolist()
        for name in settings["scoring"]
    }
    assert {n: s.cv_results_["n_epochs"].tolist() for n, s in by_name.items()} == alone
    assert alone["accuracy"] != alone["neg_log_loss"]
    chosen = halved(refit=lambda results: int(np.argmax(results["n_epochs"])), **settings)
    assert chosen.cv_results_["n_epochs"].tolist() == alone["accuracy"]
    assert not chosen.cv_results_["dropped"][chosen.best_index_]


def test_groups_and_weights_are_taken_as_without_halving():
    settings = {
        "cv": GroupKFold(3),
        "fit": {"groups": np.arange(len(X)) % 7, "net__sample_weight": WEIGHTS},
    }
    assert_survivors_are_those_of_a_plain_search(halved(**settings), 8, **settings)


def test_the_time_of_a_fit_is_its_share_of_all_its_parts(monkeypatch):
    taken = []

    def timed(*args):
        done = _task.perform(*args)
        taken.append(done.seconds)
        return done

    monkeypatch.setattr("sklearn_deep._fits.workers.perform", timed)
    found = halved()
    assert len(taken) == 2 + 26  # one scaler per fold, and each network once per stage it reaches
    total = found.cv_results_["mean_fit_time"].sum() * 3
    assert sum(taken) < total < sum(taken) + 10


def test_the_bar_ends_where_it_is_full(monkeypatch):
    bars = []
    close = Progress.close
    monkeypatch.setattr(Progress, "close", lambda self: (bars.append(self), close(self)))
    halved(n_iter=12, n_stages=2)
    progress = bars[0]
    assert progress.n_finished == progress.total == 2 * 2 * (4 * 1 + 3 + 9)


@pytest.mark.parametrize("min_epochs", [9, 100])
def test_no_candidate_is_dropped_where_all_end_before_the_first_checkpoint(min_epochs):
    found = halved(min_epochs=min_epochs)
    assert_same_results_but_columns(found, default_search(None))
    assert (found.n_epochs_saved_, found.share_saved_) == (0, 0.0)


def assert_same_results_but_columns(found, plain):
    assert fold_scores(found).tolist() == fold_scores(plain).tolist()
    assert found.cv_results_["n_epochs"].tolist() == [9] * 9
    assert found.best_index_ == plain.best_index_


def test_the_best_is_refitted_to_its_end():
    found = default_search()
    plain = pipeline(**LONG).set_params(**found.best_params_).fit(X, Y)
    np.testing.assert_array_equal(found.predict_proba(X), plain.predict_proba(X))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"min_epochs": 0}, "'min_epochs' parameter .* an int in the range .1, inf. or None"),
        ({"min_epochs": 1.5}, "'min_epochs' parameter .* Got 1.5"),
        ({"factor": 1}, "'factor' parameter .* a float in the range .1.0, inf.. Got 1"),
    ],
    ids=str,
)
def test_values_that_do_not_go_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        halved(space={"net__dropout": uniform(0, 0.5)}, **settings)


@pytest.mark.parametrize(
    ("schedule", "min_epochs", "early"),
    [
        ("one_cycle", 1, True),
        ("one_cycle", 3, False),
        (WarmUp(epochs=2), 1, True),
        (WarmUp(epochs=2), 2, False),
        ("cosine", 1, False),
        ("auto", 1, False),
        (None, 1, False),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_candidates_judged_at_the_foot_of_a_rise_are_warned_of(schedule, min_epochs, early):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        halved(pipeline(schedule=schedule, **LONG), min_epochs=min_epochs, refit=False)
    found = [str(w.message) for w in caught if "still increasing" in str(w.message)]
    assert len(found) == early
    if early:
        assert "rate of 9 of 9 is still increasing (until epoch" in found[0]
        assert "Increase min_epochs" in found[0]


def test_only_candidates_whose_rate_rises_are_counted():
    space = {"net__schedule": ["one_cycle", "cosine", "constant"]}
    with pytest.warns(UserWarning, match="of 1 of 3 is still increasing .until epoch 2"):
        halved(pipeline(**LONG), space, n_iter=3, refit=False)
