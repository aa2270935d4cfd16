"""Searches reach the numbers of penalties, augmentation, schedules and clipping by name."""

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.datasets import make_classification, make_regression
from sklearn.model_selection import RandomizedSearchCV

from sklearn_deep.augmentation import GaussianCopies, Mixup
from sklearn_deep.estimators import MLPClassifier, MLPRegressor
from sklearn_deep.losses import Huber
from sklearn_deep.optimizers import Adam, RMSprop
from sklearn_deep.penalties import L1, MaxNorm
from sklearn_deep.schedules import Exponential, Plateau, WarmUp

PLUGINS = {
    "penalty": (L1(), {"penalty__l1": loguniform(1e-3, 1)}),
    "max_norm": (MaxNorm(), {"penalty__max_norm": loguniform(0.1, 1)}),
    "augmentation": (
        GaussianCopies(),
        {"augmentation__std": loguniform(0.1, 2), "augmentation__copies": [1, 2]},
    ),
    "mixup": (Mixup(), {"augmentation__alpha": loguniform(0.01, 10)}),
    "schedule": (Exponential(), {"schedule__gamma": loguniform(0.1, 1)}),
    "plateau": (Plateau(monitor="loss", min_delta=0.1), {"schedule__patience": [1, 2, 3, 4]}),
    "warm-up": (WarmUp(then=Exponential()), {"schedule__then__gamma": loguniform(0.1, 1)}),
    "clip_norm": (RMSprop(), {"optimizer__clip_norm": loguniform(1e-3, 1)}),
}


def parameter_of(names):
    return next(iter(names)).split("__")[0]


@pytest.mark.slow
@pytest.mark.parametrize(("plugin", "names"), PLUGINS.values(), ids=PLUGINS)
def test_a_search_varies_the_numbers_of_a_plug_in(plugin, names):
    X, y = make_classification(80, 6, random_state=0)
    settings = {parameter_of(names): plugin, "max_epochs": 8, "learning_rate": 0.03}
    before = repr(plugin)
    estimator = MLPClassifier((8,), batch_size=16, random_state=0, **settings)
    search = RandomizedSearchCV(
        estimator,
        names,
        n_iter=4,
        cv=2,
        scoring="neg_log_loss",
        random_state=0,
        error_score="raise",
    ).fit(X, y)
    assert len(set(search.cv_results_["mean_test_score"])) > 1
    found = search.best_estimator_.get_params()
    assert {name: found[name] for name in names} == search.best_params_
    assert repr(plugin) == before


def test_a_candidate_of_a_search_is_the_estimator_with_these_numbers():
    X, y = make_classification(80, 6, random_state=0)
    plugins = {"penalty": L1(), "augmentation": GaussianCopies(), "optimizer": Adam()}
    base = MLPClassifier((8,), max_epochs=4, random_state=0, schedule=Exponential(), **plugins)
    names = {
        "penalty__l1": loguniform(1e-3, 1),
        "augmentation__std": loguniform(0.1, 2),
        "schedule__gamma": loguniform(0.1, 1),
        "optimizer__clip_norm": loguniform(1e-3, 1),
    }
    search = RandomizedSearchCV(base, names, n_iter=2, cv=2, random_state=0).fit(X, y)
    n = search.best_params_
    by_hand = MLPClassifier(
        (8,),
        max_epochs=4,
        random_state=0,
        penalty=L1(l1=n["penalty__l1"]),
        augmentation=GaussianCopies(std=n["augmentation__std"]),
        schedule=Exponential(gamma=n["schedule__gamma"]),
        optimizer=Adam(clip_norm=n["optimizer__clip_norm"]),
    ).fit(X, y)
    np.testing.assert_array_equal(search.best_estimator_.predict_proba(X), by_hand.predict_proba(X))


def test_a_regressor_s_search_reaches_its_loss_too():
    X, y = make_regression(60, 4, noise=5.0, random_state=0)
    names = {"loss__delta": loguniform(0.1, 10), "penalty__l1": loguniform(1e-3, 1)}
    estimator = MLPRegressor((8,), loss=Huber(), penalty=L1(), max_epochs=4, random_state=0)
    search = RandomizedSearchCV(estimator, names, n_iter=3, cv=2, random_state=0)
    search.fit(X, y / y.std())
    assert len(set(search.cv_results_["mean_test_score"])) == 3


@pytest.mark.parametrize(
    ("name", "settings", "word"),
    [
        ("penalty__l1", {"penalty": "l1"}, r"penalty=L1\("),
        ("augmentation__std", {"augmentation": "gaussian"}, r"augmentation=GaussianCopies\("),
        ("schedule__gamma", {"schedule": "exponential"}, r"schedule=Exponential\("),
        ("optimizer__clip_norm", {"optimizer": "adam"}, r"optimizer=Adam\("),
    ],
)
def test_reaching_into_a_name_says_which_instance_to_give(name, settings, word):
    X, y = make_classification(20, 4, random_state=0)
    search = RandomizedSearchCV(
        MLPClassifier((4,), **settings), {name: [0.1]}, n_iter=1, cv=2, error_score="raise"
    )
    with pytest.raises(ValueError, match=f"Pass an instance, {word}"):
        search.fit(X, y)
