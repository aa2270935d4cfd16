"""Estimators that cannot be trained together are fitted one at a time, with the scores of a loop."""

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from skorch.callbacks import Callback

from sklearn_deep import MLPClassifier
from tests._support.searches.small import (
    NUMBERS,
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


class Nothing(Callback):
    """Does nothing, but could do anything."""


class OwnFit(MLPClassifier):
    """Trains on every sample twice."""

    def fit(self, X, y, **params):
        return super().fit(np.vstack([X, X]), np.concatenate([y, y]), **params)


class OwnPipeline(Pipeline):
    """Has its own ``fit``."""

    def fit(self, X, y=None, **params):
        return super().fit(X + 1, y, **params)


OTHERS = {
    "alone": (LogisticRegression(), {"C": loguniform(1e-2, 10)}),
    "behind a scaler": (
        make_pipeline(StandardScaler(), KNeighborsClassifier()),
        {"kneighborsclassifier__n_neighbors": [1, 3, 5, 7]},
    ),
    "in a list": (
        pipeline(),
        {"net": [network(), LogisticRegression(), SVC(), network(dropout=0.5)], "scale": [None]},
    ),
    "networks with callbacks": (pipeline(net_callbacks=[Nothing()]), SPACE),
    "networks with callbacks beside others": (
        network(),
        {"net_callbacks": [None, [Nothing()]], "learning_rate": RATES},
    ),
    "a pipeline of the user's": (
        OwnPipeline(pipeline().steps),
        {"net__learning_rate": RATES},
    ),
    "an optimizer that sees all rows": (
        network(batch_size="auto"),
        {"optimizer": ["lbfgs", "adam"], "dropout": [0, 0.1]},
    ),
    "a pipeline in a pipeline": (
        Pipeline([("inner", make_pipeline(StandardScaler())), ("outer", pipeline())]),
        {"outer__net__learning_rate": RATES, "inner": ["passthrough", StandardScaler()]},
    ),
    "without targets": (KMeans(2, random_state=0, n_init=1), {"max_iter": [1, 5, 20, 50]}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", OTHERS)
def test_other_estimators_score_as_in_the_loop(case):
    estimator, space = OTHERS[case]
    assert_same_scores(*(kind(estimator, space).fit(X, Y) for kind in (batched, loop)))


def test_a_fit_of_the_users_own_is_called():
    mlp = OwnFit((8,), batch_size=32, max_epochs=2, random_state=0)
    assert_same_scores(*(kind(mlp, {"learning_rate": RATES}).fit(X, Y) for kind in (batched, loop)))


def test_a_regressor_that_is_not_ours_scores_as_in_the_loop():
    space = {"alpha": loguniform(1e-2, 10)}
    assert_same_scores(*(kind(Ridge(), space).fit(X, NUMBERS) for kind in (batched, loop)))


def test_it_is_said_what_is_fitted_one_by_one_and_why(capsys):
    space = [
        {"net": [LogisticRegression()]},
        {"net__net_callbacks": [[Nothing()]]},
        {"net__learning_rate": [0.1]},
    ]
    batched(space=space, n_iter="all", verbose=2).fit(X, Y)
    told = capsys.readouterr().out
    assert "3 fits one by one: LogisticRegression is no network of sklearn_deep\n" in told
    assert "3 fits one by one: MLPClassifier has net_callbacks\n" in told
    assert told.count("one by one") == 2


@pytest.mark.parametrize("verbose", [0, 1])
def test_it_is_not_said_otherwise(verbose, capsys):
    batched(LogisticRegression(), {"C": [0.1, 1.0]}, n_iter="all", verbose=verbose).fit(X, Y)
    assert "one by one" not in capsys.readouterr().out


def test_callbacks_see_every_fit():
    seen = []

    class Seeing(Callback):
        def on_epoch_end(self, net, **kwargs):
            seen.append(net)

    mlp = network(net_callbacks=[Seeing()])
    batched(mlp, {"learning_rate": RATES}, n_iter=2, refit=False).fit(X, Y)
    assert len(seen) == 2 * 3 * 2
