"""Early stopping may monitor a score recorded by a scoring callback of skorch."""

import numpy as np
import pytest
from sklearn.metrics import f1_score
from skorch.callbacks import EpochScoring

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), np.arange(40) % 3
KINDS = [MLPClassifier, MLPRegressor, AutoencoderTransformer, JointAEClassifier, JointAERegressor]
CURVE = [0.5, 0.4, 0.6, 0.7, 0.65, 0.3, 0.2, 0.2, 0.9]


def scored(values=CURVE, **settings):
    values = iter(values)
    settings = {"name": "mine", "on_train": True, "use_caching": False} | settings
    return EpochScoring(lambda net, X, y: next(values), **settings)


def estimator(kind, callback, rule, **params):
    params = {"max_epochs": 9, "random_state": 0} | params
    return kind(net_callbacks=[callback], early_stopping=rule, **params)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lower_is_better", [True, False])
def test_the_rule_acts_on_the_recorded_scores(kind, lower_is_better):
    rule = EarlyStopping("mine", patience=2, restore_best_weights=True)
    mine = estimator(kind, scored(lower_is_better=lower_is_better), rule).fit(X, Y)
    curve = CURVE if lower_is_better else [-value for value in CURVE]
    stopped, best = rule.replay(curve)
    assert (mine.n_epochs_, mine.best_epoch_) == (stopped + 1, best)
    assert mine.history_["mine"].tolist() == CURVE[: stopped + 1]
    kept = kind(max_epochs=best + 1, early_stopping=False, random_state=0).fit(X, Y)
    for name, weight in kept.module_.state_dict().items():
        np.testing.assert_array_equal(weight, mine.module_.state_dict()[name])


@pytest.mark.parametrize("on_train", [True, False])
def test_samples_are_split_off_only_for_a_score_of_them(on_train):
    scoring = EpochScoring("f1_macro", lower_is_better=False, name="f1", on_train=on_train)
    mlp = estimator(MLPClassifier, ("f1", scoring), EarlyStopping("f1", patience=3)).fit(X, Y)
    assert ("val_loss" in mlp.history_) is not on_train
    assert len(mlp.history_["f1"]) == mlp.n_epochs_


def test_a_score_is_that_of_scikit_learn():
    scoring = EpochScoring("f1_macro", lower_is_better=False)
    rule = EarlyStopping("f1_macro", patience=9)
    mlp = estimator(MLPClassifier, scoring, rule).fit(X, Y, X_val=X[:20], y_val=Y[:20])
    expected = f1_score(Y[:20], mlp.predict(X[:20].astype("float32")), average="macro")
    assert mlp.history_["f1_macro"][-1] == pytest.approx(expected)


def test_scores_that_nothing_monitors_are_in_the_history_too():
    mlp = estimator(MLPClassifier, scored(), False).fit(X, Y)
    assert mlp.history_["mine"].tolist() == CURVE
    assert mlp.n_epochs_ == 9


def test_a_score_that_is_nan_ends_nothing():
    rule = EarlyStopping("mine", patience=5)
    mlp = estimator(MLPClassifier, scored([np.nan] * 9), rule).fit(X, Y)
    assert np.isnan(mlp.history_["mine"]).all()


def test_values_of_the_training_keep_their_names():
    mlp = estimator(MLPClassifier, scored(name="loss"), EarlyStopping("loss", patience=9)).fit(X, Y)
    alone = MLPClassifier(max_epochs=9, random_state=0).fit(X, Y)
    assert mlp.history_["loss"].tolist() == alone.history_["loss"].tolist()


def test_a_warm_start_continues_the_recorded_scores():
    mlp = estimator(MLPClassifier, scored([*CURVE, *CURVE]), False, warm_start=True).fit(X, Y)
    assert mlp.fit(X, Y).history_["mine"].tolist() == [*CURVE, *CURVE]


def test_an_unknown_score_lists_those_of_the_callbacks():
    with pytest.raises(ValueError, match=r"monitors 'mime'.*Did you mean 'mine'\?.*'val_loss'"):
        estimator(MLPClassifier, scored(), EarlyStopping("mime")).fit(X, Y)


def test_a_schedule_monitors_none_of_them():
    mlp = estimator(MLPClassifier, scored(), False, schedule=Plateau(monitor="mine"))
    with pytest.raises(ValueError, match="'schedule' parameter of MLPClassifier monitors 'mine'"):
        mlp.fit(X, Y)


def test_a_score_without_direction_is_refused():
    mlp = estimator(MLPClassifier, scored(lower_is_better=None), EarlyStopping("mine"))
    with pytest.raises(ValueError, match="lower_is_better=True or False, got None"):
        mlp.fit(X, Y)
