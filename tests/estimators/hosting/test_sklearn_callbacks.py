"""Callbacks of scikit-learn 1.9 and later: every epoch is a task."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import EarlyStopping

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.schedules import Plateau
from sklearn_deep.training import Training

callback = pytest.importorskip("sklearn.callback")

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), np.arange(40) % 3
X_VAL, Y_VAL = rng.normal(size=(12, 3)), np.arange(12) % 3
PARAMS = {"max_epochs": 4, "learning_rate": 0.05, "batch_size": 16, "random_state": 0}
PRIVATE = {
    "_skl_callbacks",
    "_labels",
    "_training_state",
    "_flat_target",
    "_n_rows_seen",
    "_doubted",
    "_hosted",
}


class Recorder:
    """Records the hooks, the fitted estimators and the data it receives."""

    def __init__(self, *, stop_after=None, fail_at=None, error=ValueError):
        self.stop_after, self.fail_at, self.error = stop_after, fail_at, error
        self.hooks, self.fitted, self.told = [], [], []

    def setup(self, estimator, context):
        self._see("setup", context)

    def teardown(self, estimator, context):
        self._see("teardown", context)

    def on_fit_task_begin(self, estimator, context):
        self._see(f"begin {context.task_name}", context)

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        self._see(f"end {context.task_name}", context)
        self.fitted.append(fitted_estimator)
        self.told.append((X, y, metadata))
        return context.task_name == "epoch" and context.task_id + 1 == self.stop_after

    def _see(self, hook, context):
        self.hooks.append(hook)
        self.max_subtasks = context.max_subtasks if hook == "setup" else self.max_subtasks
        if hook == self.fail_at:
            raise self.error


def fitted(*callbacks, kind=MLPClassifier, fit=None, **params):
    mlp = kind((5,), **PARAMS | params).set_callbacks(*callbacks)
    return mlp.fit(X, Y, **fit or {})


def assert_clean(mlp):
    private = {name for name in vars(mlp) if name.startswith("_")}
    assert private <= PRIVATE


def rows_of(monitor, task="epoch"):
    """Return the logged scores of the tasks of a name."""
    return [row for row in monitor.get_logs().data if row["task_name"] == task]


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_the_hooks_are_a_task_for_the_fit_and_one_an_epoch(kind):
    mlp = fitted(recorder := Recorder(), kind=kind)
    epoch = ["begin epoch", "end epoch"]
    assert recorder.hooks == ["setup", "begin fit", *epoch * 4, "end fit", "teardown"]
    assert recorder.max_subtasks == 4
    assert_clean(mlp)


@pytest.mark.slow
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"normalization": "batch", "dropout": 0.3, "optimizer": "nadam"},
        {"early_stopping": True, "learning_rate": 0.3, "validation_fraction": 0.3},
        {"optimizer": "lbfgs", "batch_size": "auto"},
        {"dtype": "float64", "schedule": "exponential"},
    ],
    ids=["plain", "batch norm", "best weights", "lbfgs", "float64"],
)
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_the_fitted_estimator_of_an_epoch_is_a_fit_of_so_many_epochs(kind, params):
    fitted(recorder := Recorder(), kind=kind, **params)
    for n_epochs, now in enumerate(recorder.fitted[:-1], start=1):
        short = kind((5,), **PARAMS | params | {"max_epochs": n_epochs}).fit(X, Y)
        np.testing.assert_array_equal(now.predict(X), short.predict(X))
        assert (now.n_epochs_, now.best_epoch_) == (short.n_epochs_, short.best_epoch_)
        assert now.diverged_ is short.diverged_
        np.testing.assert_array_equal(now.history_["loss"], short.history_["loss"])


@pytest.mark.parametrize("schedule", [None, Plateau(patience=1, min_delta=100.0)], ids=repr)
def test_a_fitted_estimator_of_an_epoch_stays_as_it_is_and_trains_on(schedule):
    mlp = fitted(recorder := Recorder(), schedule=schedule)
    first = recorder.fitted[0].set_callbacks()
    assert first.net_ is not mlp.net_
    assert not np.array_equal(first.predict_proba(X), mlp.predict_proba(X))
    short = MLPClassifier((5,), schedule=schedule, **PARAMS | {"max_epochs": 1}).fit(X, Y)
    first.partial_fit(X, Y)
    short.partial_fit(X, Y)
    np.testing.assert_array_equal(
        first.partial_fit(X, Y).predict_proba(X), short.partial_fit(X, Y).predict_proba(X)
    )


def test_watching_changes_no_bit():
    watched, alone = fitted(Recorder(), dropout=0.3), MLPClassifier((5,), dropout=0.3, **PARAMS)
    np.testing.assert_array_equal(watched.predict_proba(X), alone.fit(X, Y).predict_proba(X))


def test_scores_are_logged_for_every_epoch():
    mlp = fitted(monitor := callback.ScoringMonitor(scoring=["accuracy", "neg_log_loss"]))
    rows = rows_of(monitor)
    assert len(rows) == mlp.n_epochs_ == 4
    for n_epochs, row in enumerate(rows, start=1):
        short = MLPClassifier((5,), **PARAMS | {"max_epochs": n_epochs}).fit(X, Y)
        assert row["accuracy"] == short.score(X, Y)
    (whole,) = rows_of(monitor, "fit")
    assert whole["accuracy"] == mlp.score(X, Y)


def test_sample_weights_count_in_logged_scores():
    weight = rng.uniform(size=40)
    mlp = fitted(
        monitor := callback.ScoringMonitor(scoring="accuracy"), fit={"sample_weight": weight}
    )
    assert rows_of(monitor)[-1]["accuracy"] == pytest.approx(mlp.score(X, Y, weight))


@pytest.mark.parametrize("given", [{}, {"sample_weight": np.ones(40)}], ids=["none", "weights"])
def test_callbacks_are_told_of_the_rows_as_they_were_given(given):
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    recorder = Recorder()
    MLPClassifier(**PARAMS).set_callbacks(recorder).fit(frame, Y, **given)
    for rows, labels, metadata in recorder.told:
        assert rows is frame
        assert labels is Y
        assert (metadata or {}) == given


def test_early_stopping_ends_the_tasks_early():
    params = {"early_stopping": True, "learning_rate": 0.3, "max_epochs": 200}
    mlp = fitted(recorder := Recorder(), fit={"X_val": X_VAL, "y_val": Y_VAL}, **params)
    assert recorder.hooks.count("end epoch") == mlp.n_epochs_ < 200
    np.testing.assert_array_equal(recorder.fitted[-2].predict_proba(X), mlp.predict_proba(X))


def test_a_callback_stops_the_fit():
    mlp = fitted(recorder := Recorder(stop_after=2))
    assert mlp.n_epochs_ == 2
    assert recorder.hooks[-2:] == ["end fit", "teardown"]
    short = MLPClassifier((5,), **PARAMS | {"max_epochs": 2}).fit(X, Y)
    np.testing.assert_array_equal(mlp.predict_proba(X), short.predict_proba(X))


def test_partial_fit_is_a_fit_of_one_epoch():
    recorder = Recorder()
    mlp = MLPClassifier((5,), **PARAMS).set_callbacks(recorder)
    mlp.partial_fit(X, Y, classes=[0, 1, 2]).partial_fit(X, Y)
    assert recorder.max_subtasks == 1
    once = ["setup", "begin fit", "begin epoch", "end epoch", "end fit", "teardown"]
    assert recorder.hooks == once * 2
    assert [now.n_epochs_ for now in recorder.fitted] == [1, 1, 2, 2]


def test_a_warm_start_goes_on_with_tasks_of_its_own():
    mlp = fitted(recorder := Recorder(), warm_start=True).fit(X, Y)
    assert recorder.hooks.count("end epoch") == mlp.n_epochs_ == 8
    assert [now.n_epochs_ for now in recorder.fitted] == [1, 2, 3, 4, 4, 5, 6, 7, 8, 8]


def test_divergence_ends_the_tasks_and_warns():
    with pytest.warns(ConvergenceWarning, match="diverged"):
        mlp = fitted(recorder := Recorder(), optimizer="sgd", learning_rate=1e12)
    assert recorder.hooks[-2:] == ["end fit", "teardown"]
    assert recorder.fitted[-2].diverged_ is mlp.diverged_ is True
    np.testing.assert_array_equal(recorder.fitted[-2].predict_proba(X), mlp.predict_proba(X))


HOOKS = ["setup", "begin fit", "begin epoch", "end epoch", "end fit", "teardown"]


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("fitted_before", [False, True])
def test_an_error_in_a_callback_closes_it_and_leaves_the_estimator(hook, error, fitted_before):
    mlp = MLPClassifier((5,), **PARAMS)
    mlp = mlp.fit(X, Y) if fitted_before else mlp
    mlp.set_callbacks(recorder := Recorder(fail_at=hook, error=error))
    before = vars(mlp).copy()
    with pytest.raises(error):
        mlp.fit(X[:30], Y[:30])
    assert recorder.hooks[-1] == "teardown"
    assert vars(mlp).keys() == before.keys()
    assert all(vars(mlp)[name] is value for name, value in before.items())


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_in_training_closes_the_callbacks(error, monkeypatch):
    run_epoch = Training.run_epoch

    def interrupted(self):
        if self.epoch == 1:
            raise error
        run_epoch(self)

    monkeypatch.setattr(Training, "run_epoch", interrupted)
    recorder = Recorder()
    mlp = MLPClassifier((5,), **PARAMS).set_callbacks(recorder)
    with pytest.raises(error):
        mlp.fit(X, Y)
    assert recorder.hooks[-2:] == ["begin epoch", "teardown"]
    assert_clean(mlp)
    assert not hasattr(mlp, "net_")


def test_wrong_data_raise_before_any_callback_is_set_up():
    recorder = Recorder()
    with pytest.raises(ValueError, match="inconsistent"):
        MLPClassifier().set_callbacks(recorder).fit(X, Y[:3])
    assert recorder.hooks == []


def test_both_kinds_of_callbacks_work_together():
    rule = EarlyStopping("train_loss", patience=1)
    recorder = Recorder()
    mlp = fitted(recorder, net_callbacks=[rule], learning_rate=0.5, max_epochs=100)
    assert recorder.hooks.count("end epoch") == mlp.n_epochs_ < 100
    assert recorder.hooks[-2:] == ["end fit", "teardown"]


def pipeline_with(mlp):
    return Pipeline([("scale", StandardScaler()), ("mlp", mlp)])


@pytest.mark.parametrize("depth", [0, 1, None])
def test_a_progress_bar_counts_epochs(depth, capsys):
    fitted(callback.ProgressBar(max_propagation_depth=depth))
    text = capsys.readouterr().out
    assert "MLPClassifier - fit" in text
    assert "100%" in text


@pytest.mark.parametrize("depth", [0, 1])
def test_a_progress_bar_of_a_pipeline_reaches_the_epochs(depth, capsys):
    pipeline = pipeline_with(MLPClassifier((5,), **PARAMS))
    pipeline.set_callbacks(callback.ProgressBar(max_propagation_depth=depth)).fit(X, Y)
    text = capsys.readouterr().out
    assert "Pipeline - fit" in text
    assert ("MLPClassifier - fit" in text) == (depth == 1)
    assert_clean(pipeline[-1])


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_progress_bar_of_a_search_reaches_the_epochs(n_jobs, capsys):
    search = GridSearchCV(
        pipeline_with(MLPClassifier((5,), **PARAMS)),
        {"mlp__dropout": [0.0, 0.2]},
        cv=2,
        n_jobs=n_jobs,
    )
    search.set_callbacks(callback.ProgressBar(max_propagation_depth=None)).fit(X, Y)
    text = capsys.readouterr().out
    assert "GridSearchCV - fit" in text
    assert "MLPClassifier - fit" in text
    assert_clean(search.best_estimator_[-1])


def test_scores_are_logged_in_a_pipeline():
    monitor = callback.ScoringMonitor(scoring="accuracy")
    pipeline = pipeline_with(MLPClassifier((5,), **PARAMS).set_callbacks(monitor)).fit(X, Y)
    rows = rows_of(monitor)
    assert len(rows) == 4
    assert rows[-1]["accuracy"] == pipeline.score(X, Y)


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("kind", [GridSearchCV, RandomizedSearchCV])
def test_scores_are_logged_in_a_search(kind, n_jobs):
    monitor = callback.ScoringMonitor(scoring="accuracy")
    mlp = MLPClassifier((5,), **PARAMS).set_callbacks(monitor)
    options = {"n_iter": 2, "random_state": 0} if kind is RandomizedSearchCV else {}
    values = {"dropout": [0.0, 0.2], "max_epochs": [3]}
    search = kind(mlp, values, cv=2, n_jobs=n_jobs, return_train_score=True, **options)
    search.fit(X, Y)
    rows = rows_of(monitor)
    paths = {row["parent_task_id_path"] for row in rows}
    assert len(rows) == (2 * 2 + 1) * 3
    assert len(paths) == 2 * 2 + 1
    last = sorted(row["accuracy"] for row in rows if row["task_id"] == 2)
    scores = [search.cv_results_[f"split{i}_train_score"] for i in range(2)]
    expected = sorted([*np.ravel(scores), search.score(X, Y)])
    np.testing.assert_allclose(last, expected)
    assert_clean(search.best_estimator_)


def test_clones_keep_their_callbacks_and_predictions_need_none():
    scorer = make_scorer(accuracy_score)
    monitor = callback.ScoringMonitor(scoring=scorer)
    twin = clone(MLPClassifier((5,), **PARAMS).set_callbacks(monitor))
    twin.fit(X, Y)
    assert len(rows_of(monitor)) == 4
    assert twin.set_callbacks().fit(X, Y).score(X, Y) > 0
    assert len(rows_of(monitor)) == 4


def test_without_callbacks_no_epoch_is_copied(monkeypatch):
    monkeypatch.setattr(Training, "result_so_far", None)
    MLPClassifier((5,), **PARAMS).fit(X, Y)


def test_a_callback_that_wants_no_fitted_estimator_gets_none_made(monkeypatch):
    monkeypatch.setattr(Training, "result_so_far", None)

    class Plain(Recorder):
        def on_fit_task_end(self, estimator, context):
            self._see("end", context)

    fitted(recorder := Plain())
    assert recorder.hooks.count("end") == 5
