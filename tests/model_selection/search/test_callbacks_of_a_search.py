"""Callbacks of scikit-learn 1.9 and later are notified of searches, stages and fits."""

import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPRegressor
from tests._support.callback_recorder import Recorder
from tests._support.searches.small import (
    NUMBERS,
    X,
    Y,
    assert_same_scores,
    batched,
    loop,
    network,
    pipeline,
)

pytest.importorskip("sklearn.callback")


class Propagated(Recorder):
    """Is propagated to the estimators that a search fits."""

    max_propagation_depth = None


class Kept(Recorder):
    """Can be propagated, but by no level."""

    max_propagation_depth = 0


def recorded(kind, **settings):
    recorder = Recorder()
    search = kind(**settings).set_callbacks(recorder).fit(X, Y)
    return recorder, search


@pytest.mark.parametrize("refit", [True, False])
def test_the_tasks_are_those_of_the_loop(refit):
    (found, batch), (expected, one) = (recorded(kind, refit=refit) for kind in (batched, loop))
    assert found.hooks == expected.hooks
    assert found.begun == expected.begun
    assert found.ended == expected.ended == found.begun
    assert found.max_subtasks == expected.max_subtasks
    assert_same_scores(batch, one)


def test_a_stage_is_a_task_that_has_its_fits():
    found, _ = recorded(batched, n_iter=5, n_stages=2)
    assert found.begun["stage"] == 2
    assert found.begun["search"] == 1
    assert found.begun["candidate-split-evaluation"] == 15
    assert found.ended == found.begun
    assert found.max_subtasks["search"] == 2
    assert found.max_subtasks["stage"] == 6  # in the last stage: 2 candidates on 3 folds
    assert found.hooks[-1] == "teardown"


@pytest.mark.parametrize("kind", [Recorder, Kept])
def test_hooks_get_the_search_and_networks_are_trained_together(kind, trained):
    recorder = kind()
    search = batched(n_iter=5, n_stages=2, refit=False).set_callbacks(recorder).fit(X, Y)
    assert recorder.estimators == {search}
    assert sum(trained) == 15


@pytest.mark.parametrize("refit", [True, False])
@pytest.mark.parametrize(
    ("estimator", "name"),
    [(network(), "max_epochs"), (pipeline(), "net__max_epochs")],
    ids=["network", "pipeline"],
)
def test_callbacks_that_propagate_see_each_candidate_as_in_the_loop(estimator, name, refit):
    found = []
    for kind in (batched, loop):
        space = {name: [1, 2, 3]}
        search = kind(estimator, space, n_iter=3, refit=refit).set_callbacks(
            recorder := Propagated()
        )
        assert search.fit(X, Y) in recorder.estimators
        found.append((search, recorder))
    (batch, mine), (one, theirs) = found
    assert mine.hooks == theirs.hooks
    assert mine.paths == theirs.paths
    assert mine.begun["epoch"] > 0
    assert mine.ended == theirs.ended
    assert_same_scores(batch, one)
    assert not hasattr(batch.best_estimator_ if refit else estimator, "_skl_callbacks")


def test_callbacks_of_a_part_see_where_its_fits_belong():
    found = []
    for kind in (batched, loop):
        recorder = Recorder()
        net = network().set_callbacks(recorder)
        kind(
            make_pipeline(StandardScaler(), net), {"mlpclassifier__dropout": [0, 0.1]}, n_iter=2
        ).fit(X, Y)
        found.append((recorder.hooks, recorder.paths))
    assert found[0] == found[1]


def test_a_callback_may_end_the_fits_of_candidates():
    class OneEpoch(Propagated):
        def on_fit_task_end(self, estimator, context, **given):
            return context.task_name == "epoch"

    search = batched(n_stages=2, min_epochs=1)
    search.set_callbacks(OneEpoch()).fit(X, Y)
    assert search.best_estimator_["net"].n_epochs_ == 1
    assert not search.cv_results_["dropped"].any()
    assert search.n_epochs_saved_ == 0
    assert (search.cv_results_["mean_fit_time"] > 0).all()


def test_fits_that_callbacks_see_are_counted_as_diverged():
    net = MLPRegressor((4,), max_epochs=2, optimizer="sgd", random_state=0)
    net.set_callbacks(Recorder())
    target = TransformedTargetRegressor(net, transformer=StandardScaler())
    space = {"regressor__learning_rate": [1e-3, 1e30]}
    search = batched(target, space, n_iter="all", refit=False)
    with pytest.warns(Warning, match="diverged"):
        search.fit(X, NUMBERS)
    assert search.cv_results_["diverged"].tolist() == [0, 3]
