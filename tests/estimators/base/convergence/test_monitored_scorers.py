"""Early stopping by scores of scikit-learn: the name of any scorer, or a callable."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import (
    f1_score,
    get_scorer,
    make_scorer,
    mean_absolute_error,
    roc_auc_score,
)
from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import EpochScoring

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping
from tests._support.refusals import check_refused

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(60, 3)), rng.normal(size=(50, 3))
LABELS = np.array(["no", "yes"])
Y, Y_VAL = (LABELS[(Z[:, 0] + rng.normal(size=len(Z)) > 0).astype(int)] for Z in (X, X_VAL))
T, T_VAL = (1000 + 50 * (Z[:, 0] + rng.normal(size=len(Z))) for Z in (X, X_VAL))
W_VAL = rng.random(50)
FAST = {"learning_rate": 0.03, "batch_size": 10, "random_state": 0, "schedule": "constant"}


def curve_of(kind, scorer, y, validation, n_epochs=12, **params):
    """Return the scores of fits that end after 1, 2, … epochs."""
    fits = [
        kind((16,), max_epochs=n + 1, early_stopping=None, **FAST | params).fit(X, y)
        for n in range(n_epochs)
    ]
    return [scorer(fit, *validation) for fit in fits]


@pytest.mark.parametrize("name", ["roc_auc", "f1_macro", "neg_log_loss"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_classifier_stops_where_the_rule_says_of_the_scores(name, dtype):
    rule = EarlyStopping(f"val_{name}", patience=3, restore_best_weights=True)
    mlp = MLPClassifier((16,), early_stopping=rule, max_epochs=12, dtype=dtype, **FAST)
    mlp.fit(X, Y, X_val=X_VAL, y_val=Y_VAL)
    curve = curve_of(MLPClassifier, get_scorer(name), Y, (X_VAL, Y_VAL), dtype=dtype)
    stopped, best = rule.replay(curve)
    assert (mlp.n_epochs_, mlp.best_epoch_) == (12 if stopped is None else stopped + 1, best)
    assert mlp.history_[f"val_{name}"].tolist() == curve[: mlp.n_epochs_]
    assert get_scorer(name)(mlp, X_VAL, Y_VAL) == max(curve[: mlp.n_epochs_])


def test_scores_of_a_regressor_are_in_the_unit_of_y():
    name = "val_neg_mean_absolute_error"
    mlp = MLPRegressor((16,), early_stopping=name, max_epochs=12, **FAST)
    mlp.fit(X, T, X_val=X_VAL, y_val=T_VAL)
    curve = curve_of(MLPRegressor, get_scorer("neg_mean_absolute_error"), T, (X_VAL, T_VAL))
    assert mlp.history_[name].tolist() == curve[: mlp.n_epochs_]
    assert min(curve) < -10  # in standard deviations of y it would be about -1


def test_a_name_without_val_scores_the_training_samples():
    mlp = MLPClassifier((16,), early_stopping="roc_auc", max_epochs=5, **FAST).fit(X, Y)
    assert "val_loss" not in mlp.history_
    curve = curve_of(MLPClassifier, get_scorer("roc_auc"), Y, (X, Y), n_epochs=5)
    assert mlp.history_["roc_auc"].tolist() == curve


def test_a_part_is_split_off_for_a_score_of_validation_samples():
    seen = []

    def scorer(estimator, X, y):
        seen.append((X, y))
        return estimator.score(X, y)

    mlp = MLPClassifier((16,), early_stopping=EarlyStopping(scorer), max_epochs=3, **FAST)
    mlp.fit(X, Y)
    part, labels = seen[0]
    assert len(part) == 6
    assert set(labels) == {"no", "yes"}
    where = [np.flatnonzero((row == X).all(1)).item() for row in part]
    assert labels.tolist() == Y[where].tolist()
    np.testing.assert_array_equal(mlp.history_["val_score"], mlp.history_["val_accuracy"])


@pytest.mark.parametrize("rows", [sp.csr_matrix, sp.csr_array, np.ndarray.tolist])
def test_a_scorer_sees_samples_as_they_were_given(rows):
    types = set()

    def scorer(estimator, X, y):
        types.add(type(X))
        return estimator.score(X, y)

    mlp = MLPClassifier((16,), early_stopping=EarlyStopping(scorer), max_epochs=2, **FAST)
    mlp.fit(rows(X), list(Y), X_val=rows(X_VAL), y_val=list(Y_VAL))
    mlp.fit(rows(X), list(Y))
    assert types == {type(rows(X))}


def test_frames_keep_their_names_and_do_not_warn():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abc"), index=np.arange(60) * 7)
    y = pandas.Series(Y, index=frame.index)
    mlp = MLPClassifier((16,), early_stopping="val_roc_auc", max_epochs=3, **FAST).fit(frame, y)
    plain = MLPClassifier((16,), early_stopping="val_roc_auc", max_epochs=3, **FAST).fit(X, Y)
    np.testing.assert_array_equal(mlp.history_["val_roc_auc"], plain.history_["val_roc_auc"])


@pytest.mark.parametrize("takes_weights", [True, False])
def test_weights_reach_scorers_that_take_them(takes_weights):
    def unweighted(truth, scores):
        return roc_auc_score(truth, scores)

    metric = roc_auc_score if takes_weights else unweighted
    scorer = make_scorer(metric, response_method="decision_function")
    mlp = MLPClassifier((16,), early_stopping=EarlyStopping(scorer), max_epochs=3, **FAST)
    mlp.fit(X, Y, X_val=X_VAL, y_val=Y_VAL, sample_weight_val=W_VAL)
    weight = {"sample_weight": W_VAL} if takes_weights else {}
    last = roc_auc_score(Y_VAL, mlp.decision_function(X_VAL), **weight)
    assert mlp.history_["val_score"][-1] == last


def test_the_sign_of_make_scorer_counts():
    scorer = make_scorer(mean_absolute_error, greater_is_better=False)
    settings = FAST | {"max_epochs": 6}
    by_callable = MLPRegressor(early_stopping=EarlyStopping(scorer), **settings).fit(X, T)
    name = "val_neg_mean_absolute_error"
    by_name = MLPRegressor(early_stopping=EarlyStopping(name), **settings).fit(X, T)
    np.testing.assert_array_equal(by_callable.history_["val_score"], by_name.history_[name])
    assert by_callable.n_epochs_ == by_name.n_epochs_


def test_the_automatic_schedule_follows_the_score():
    settings = FAST | {"schedule": "auto", "max_epochs": 30}
    numbers = {"patience": 10, "restore_best_weights": True}
    for rule in ("val_roc_auc", EarlyStopping(get_scorer("roc_auc"), **numbers)):
        mlp = MLPClassifier((16,), early_stopping=rule, **settings)
        mlp.fit(X, Y, X_val=X_VAL, y_val=Y_VAL)
        name = "val_score" if callable(getattr(rule, "monitor", None)) else "val_roc_auc"
        pace = Plateau(monitor=name, factor=0.3, patience=5, min_delta=0.0).begin()
        factors = []
        for value in mlp.history_[name]:
            factors.append(pace.factor)
            pace.see({name: value})
        assert min(factors) < 1
        np.testing.assert_allclose(mlp.history_["learning_rate"], 0.03 * np.array(factors))


def test_a_schedule_alone_may_follow_a_score():
    schedule = Plateau(monitor="val_roc_auc", factor=0.5, patience=1)
    settings = FAST | {"schedule": schedule, "max_epochs": 12}
    mlp = MLPClassifier((16,), early_stopping=None, **settings).fit(X, Y)
    assert len(mlp.history_["val_roc_auc"]) == 12
    assert mlp.history_["learning_rate"][-1] < 0.03
    with pytest.raises(ValueError, match="partial_fit has no validation samples"):
        MLPClassifier((16,), **settings).partial_fit(X, Y, classes=LABELS)
    settings["schedule"] = Plateau(monitor="roc_auc", factor=0.5, patience=1)
    mlp = MLPClassifier((16,), **settings)
    assert "roc_auc" in mlp.partial_fit(X, Y, classes=LABELS).history_


def test_a_head_beside_an_autoencoder_is_scored_on_labeled_samples():
    partly = np.where(np.arange(60) % 3 == 0, "?", Y)
    seen = []

    def scorer(estimator, X, y):
        seen.append(list(y))
        return estimator.score(X, y)

    settings = FAST | {"max_epochs": 2, "unlabeled_value": "?"}
    joint = JointAEClassifier(2, early_stopping=EarlyStopping(scorer), **settings)
    joint.fit(X, partly, X_val=X_VAL, y_val=np.where(np.arange(50) < 5, "?", Y_VAL))
    joint.fit(X, partly)
    assert seen[0] == Y_VAL[5:].tolist()
    assert len(seen[-1]) == 4
    training = JointAEClassifier(2, early_stopping="f1_macro", **settings).fit(X, partly)
    labeled = partly != "?"
    expected = f1_score(Y[labeled], training.predict(X[labeled]), average="macro")
    assert training.history_["f1_macro"][-1] == expected


def test_an_autoencoder_can_be_scored_by_a_callable():
    def scorer(estimator, X):
        return -np.square(estimator.inverse_transform(estimator.transform(X)) - X).mean()

    rule = EarlyStopping(scorer, patience=3)
    encoder = AutoencoderTransformer(2, early_stopping=rule, max_epochs=4, **FAST)
    encoder.fit(X, X_val=X_VAL)
    assert encoder.history_["val_score"][-1] == scorer(encoder, X_VAL)


@pytest.mark.parametrize("rule", ["val_roc_auc", EarlyStopping(get_scorer("roc_auc"), patience=2)])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_search_gives_the_scores_of_a_loop(rule, n_jobs):
    X = rng.normal(size=(120, 3))
    y = LABELS[(X[:, 0] + 0.5 * rng.normal(size=120) > 0).astype(int)]
    settings = FAST | {"max_epochs": 8, "early_stopping": rule}
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((8,), **settings))
    space = {"mlpclassifier__learning_rate": [1e-3, 1e-2, 1e-1]}
    numbers = {"n_iter": 3, "cv": StratifiedKFold(3), "random_state": 0, "scoring": "roc_auc"}
    ours = BatchedRandomizedSearchCV(pipeline, space, n_jobs=n_jobs, **numbers).fit(X, y)
    loop = RandomizedSearchCV(pipeline, space, **numbers).fit(X, y)
    for k in range(3):
        name = f"split{k}_test_score"
        np.testing.assert_array_equal(ours.cv_results_[name], loop.cv_results_[name])
    last = ours.best_estimator_[-1].history_
    assert last.keys() == loop.best_estimator_[-1].history_.keys()


def test_names_of_the_library_come_first():
    mlp = MLPClassifier((16,), early_stopping="val_accuracy", max_epochs=3, **FAST).fit(X, Y)
    assert list(mlp.history_) == [
        "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds",
    ]  # fmt: skip


def test_the_score_of_a_callback_comes_before_a_scorer_of_its_name():
    values = iter([0.5, 0.4, 0.6, 0.7])
    scoring = EpochScoring(
        lambda net, X, y: next(values), name="roc_auc", on_train=True, lower_is_better=True
    )
    rule = EarlyStopping("roc_auc", patience=2)
    mlp = MLPClassifier((16,), early_stopping=rule, net_callbacks=[scoring], **FAST).fit(X, Y)
    assert mlp.history_["roc_auc"].tolist() == [0.5, 0.4, 0.6, 0.7]
    assert (mlp.n_epochs_, mlp.best_epoch_) == (4, 1)


def test_an_undefined_score_is_no_gain():
    values = iter([np.nan, 0.5, np.nan, 0.4])
    rule = EarlyStopping(lambda *_: next(values), patience=2, restore_best_weights=True)
    mlp = MLPClassifier((16,), early_stopping=rule, **FAST).fit(X, Y)
    assert (mlp.n_epochs_, mlp.best_epoch_) == (4, 1)


def test_a_network_that_diverges_is_not_scored():
    finite = []

    def scorer(estimator, X, y):
        finite.append(np.isfinite(estimator.predict(X)).all())
        return 0.0

    settings = FAST | {"learning_rate": 1e30, "optimizer": "sgd"}
    rule = EarlyStopping(scorer, patience=9)
    mlp = MLPRegressor((16,), early_stopping=rule, **settings)
    with pytest.warns(match="diverged"):
        mlp.fit(X, T)
    assert mlp.diverged_
    assert all(finite)


def test_a_warm_start_goes_on_scoring():
    mlp = MLPClassifier((16,), early_stopping="val_roc_auc", max_epochs=3, **FAST, warm_start=True)
    mlp.fit(X, Y).fit(X, Y)
    assert len(mlp.history_["val_roc_auc"]) == 6


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (MLPClassifier(early_stopping="val_roc_auk"), ["'val_roc_auk'", "mean 'val_roc_auc'?"]),
        (MLPClassifier(early_stopping="val_r2"), ["'val_r2'", "not recorded"]),
        (MLPRegressor(early_stopping="val_roc_auc"), ["monitors 'val_roc_auc'", "predict_proba"]),
        (
            MLPClassifier(early_stopping=EarlyStopping(lambda *_: 1 / 0)),
            ["monitors 'val_score'", "failed", "zero"],
        ),
        (
            MLPClassifier(schedule=Plateau(monitor="val_f1_mcro")),
            ["'schedule'", "mean 'val_f1_micro'?"],
        ),
    ],
)
def test_scorers_that_cannot_be_monitored_are_refused(estimator, words):
    check_refused(estimator, words, X, Y if isinstance(estimator, MLPClassifier) else T)


def test_a_scorer_must_return_a_number():
    rule = EarlyStopping(lambda *_: "0.5")
    with pytest.raises(
        TypeError, match=r"'val_score', whose scorer must return a number, got '0.5'"
    ):
        MLPClassifier(early_stopping=rule).fit(X, Y)


def test_an_autoencoder_has_no_scorers_with_a_name():
    encoder = AutoencoderTransformer(2, early_stopping="val_roc_auc")
    with pytest.raises(ValueError, match=r"'val_roc_auc', which is not recorded\. .*'val_loss'\.$"):
        encoder.fit(X)
