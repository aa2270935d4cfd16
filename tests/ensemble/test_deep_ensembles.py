"""An ensemble equals a loop of single fits, trained together."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_classification, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, QuantileTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import check_random_state

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep._shared import ScaleWarning
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, loguniform
from sklearn_deep.stopping import EarlyStopping

X, Y = make_classification(150, 6, n_informative=4, n_classes=3, random_state=0)
NUMBERS = X[:, 0] * X[:, 1] + X[:, 2]
LABELS = make_multilabel_classification(150, 6, n_classes=3, random_state=0)[1]
WEIGHT = np.random.default_rng(0).uniform(0.2, 3, 150)
SEEN_BY_ALL = "ignore:.*were used to train every network"
SHORT = {"hidden_layer_sizes": (6,), "max_epochs": 4, "early_stopping": None}
STOPPING = SHORT | {"early_stopping": EarlyStopping("val_loss", patience=2)}


class Counted(StandardScaler):
    """Counts its fits."""

    n_fits = 0

    def fit(self, X, y=None, sample_weight=None):
        Counted.n_fits += 1
        return super().fit(X, y, sample_weight)


CASES = {
    "classifier": (DeepEnsembleClassifier, MLPClassifier(**SHORT), Y, "random_state"),
    "names": (
        DeepEnsembleClassifier,
        MLPClassifier(**SHORT),
        np.array(["b", "c", "a"])[Y],
        "random_state",
    ),
    "labels": (DeepEnsembleClassifier, MLPClassifier(**SHORT), LABELS, "random_state"),
    "stopping": (DeepEnsembleClassifier, MLPClassifier(**STOPPING), Y, "random_state"),
    "regressor": (DeepEnsembleRegressor, MLPRegressor(**STOPPING), NUMBERS, "random_state"),
    "two numbers": (
        DeepEnsembleRegressor,
        MLPRegressor(**SHORT),
        np.column_stack([NUMBERS, X[:, 0]]),
        "random_state",
    ),
    "pipeline": (
        DeepEnsembleClassifier,
        make_pipeline(StandardScaler(), MLPClassifier(**STOPPING)),
        Y,
        "mlpclassifier__random_state",
    ),
    "pipeline with a seed": (
        DeepEnsembleRegressor,
        make_pipeline(QuantileTransformer(n_quantiles=20, random_state=3), MLPRegressor(**SHORT)),
        NUMBERS,
        "mlpregressor__random_state",
    ),
    "target": (
        DeepEnsembleRegressor,
        TransformedTargetRegressor(
            make_pipeline(StandardScaler(), MLPRegressor(**STOPPING)),
            func=np.arcsinh,
            inverse_func=np.sinh,
        ),
        NUMBERS,
        "regressor__mlpregressor__random_state",
    ),
    "tree": (DeepEnsembleClassifier, DecisionTreeClassifier(max_depth=3), Y, "random_state"),
}


def seeds(n, random_state=0):
    generator = check_random_state(random_state)
    return [generator.randint(2**31 - 1) for _ in range(n)]


def outputs(estimator):
    return getattr(estimator, "predict_proba", estimator.predict)(X)


@pytest.mark.parametrize("name", CASES)
def test_members_are_single_fits_to_the_last_bit(name):
    kind, estimator, y, parameter = CASES[name]
    ensemble = kind(estimator, 3, random_state=0).fit(X, y)
    assert len(ensemble.estimators_) == 3
    alone = [clone(estimator).set_params(**{parameter: seed}).fit(X, y) for seed in seeds(3)]
    for mine, theirs in zip(ensemble.estimators_, alone, strict=True):
        np.testing.assert_array_equal(outputs(mine), outputs(theirs))
        assert mine.get_params()[parameter] == theirs.get_params()[parameter]
    expected = np.mean([outputs(one) for one in alone], 0)
    np.testing.assert_allclose(outputs(ensemble), expected, rtol=1e-6)
    np.testing.assert_array_equal(ensemble.predict_members(X), [outputs(one) for one in alone])


@pytest.mark.parametrize("name", ["classifier", "labels", "pipeline", "target", "regressor"])
def test_weights_reach_the_network(name):
    kind, estimator, y, parameter = CASES[name]
    ensemble = kind(estimator, 2, random_state=0).fit(X, y, sample_weight=WEIGHT)
    key = "mlpclassifier__sample_weight" if name == "pipeline" else "sample_weight"
    key = "mlpregressor__sample_weight" if name == "target" else key
    for seed, mine in zip(seeds(2), ensemble.estimators_, strict=True):
        alone = clone(estimator).set_params(**{parameter: seed}).fit(X, y, **{key: WEIGHT})
        np.testing.assert_array_equal(outputs(mine), outputs(alone))


def test_weights_go_where_they_are_requested():
    with sklearn.config_context(enable_metadata_routing=True):
        mlp = MLPClassifier(**SHORT).set_fit_request(sample_weight=True)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        ensemble = DeepEnsembleClassifier(make_pipeline(scaler, mlp), 2, random_state=0)
        ensemble.fit(X, Y, sample_weight=WEIGHT)
        alone = make_pipeline(scaler, clone(mlp).set_params(random_state=seeds(2)[1]))
        alone.fit(X, Y, sample_weight=WEIGHT)
    np.testing.assert_array_equal(outputs(ensemble.estimators_[1]), outputs(alone))


def test_preprocessing_of_the_same_samples_is_fitted_once():
    Counted.n_fits = 0
    pipeline = make_pipeline(Counted(), MLPClassifier(**SHORT))
    ensemble = DeepEnsembleClassifier(pipeline, 5, random_state=0).fit(X, Y)
    assert Counted.n_fits == 1
    first, second = (member[0] for member in ensemble.estimators_[:2])
    assert first is not second


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_threads_change_nothing(n_jobs):
    ensemble = DeepEnsembleClassifier(MLPClassifier(**SHORT), 4, random_state=0, n_jobs=n_jobs)
    one = DeepEnsembleClassifier(MLPClassifier(**SHORT), 4, random_state=0)
    np.testing.assert_array_equal(outputs(ensemble.fit(X, Y)), outputs(one.fit(X, Y)))


def test_none_stands_for_a_network_with_its_defaults():
    for kind, inner, y in (
        (DeepEnsembleClassifier, MLPClassifier, Y),
        (DeepEnsembleRegressor, MLPRegressor, NUMBERS),
    ):
        (member,) = kind(n_estimators=1, random_state=0).fit(X, y).estimators_
        assert type(member) is inner
        assert member.get_params() == inner(random_state=seeds(1)[0]).get_params()


@pytest.mark.parametrize("name", ["classifier", "names", "labels", "pipeline", "tree"])
@pytest.mark.parametrize("resampling", ["folds", "bootstrap"])
def test_what_members_have_not_seen_is_predicted_by_them(name, resampling):
    kind, estimator, y, _ = CASES[name]
    ensemble = kind(estimator, 25, resampling=resampling, random_state=0).fit(X, y)
    short = "oof" if resampling == "folds" else "oob"
    prediction = getattr(ensemble, f"{short}_prediction_")
    assert prediction.shape == outputs(ensemble).shape
    assert not np.isnan(prediction).any()
    right = prediction > 0.5 if name == "labels" else ensemble.classes_[prediction.argmax(1)]
    assert getattr(ensemble, f"{short}_score_") == pytest.approx(accuracy_score(y, right))


def test_each_member_of_folds_is_a_fit_that_validates_on_its_fold():
    estimator = MLPClassifier(**STOPPING)
    ensemble = DeepEnsembleClassifier(estimator, 3, resampling="folds", random_state=0).fit(X, Y)
    folds = folds_of(ensemble)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(150))
    for seed, mine, (train, test) in zip(seeds(3), ensemble.estimators_, folds, strict=True):
        alone = clone(estimator).set_params(random_state=seed)
        alone.fit(X[train], Y[train], X_val=X[test], y_val=Y[test])
        np.testing.assert_array_equal(outputs(mine), outputs(alone))
        np.testing.assert_array_equal(ensemble.oof_prediction_[test], alone.predict_proba(X[test]))


def folds_of(ensemble):
    """Return training and test part of each member: it predicts the latter in ``oof_prediction_``."""
    rows = np.arange(150)
    folds = []
    for member in ensemble.estimators_:
        # Products with other numbers of samples are rounded differently.
        same = np.isclose(member.predict_proba(X), ensemble.oof_prediction_, rtol=1e-5).all(1)
        folds.append((rows[~same], rows[same]))
    return folds


def test_validation_samples_go_through_preprocessing_and_the_target_s_transformer():
    inner = MLPRegressor(**STOPPING)
    whole = TransformedTargetRegressor(
        make_pipeline(StandardScaler(), inner), transformer=StandardScaler()
    )
    ensemble = DeepEnsembleRegressor(whole, 2, resampling="folds", random_state=0).fit(X, NUMBERS)
    for seed, mine in zip(seeds(2), ensemble.estimators_, strict=True):
        test = np.flatnonzero(np.isclose(mine.predict(X), ensemble.oof_prediction_, rtol=1e-5))
        train = np.setdiff1d(np.arange(150), test)
        scaler, target = StandardScaler().fit(X[train]), StandardScaler()
        y = target.fit_transform(NUMBERS[train, None])[:, 0]
        y_val = target.transform(NUMBERS[test, None])[:, 0]
        alone = clone(inner).set_params(random_state=seed)
        alone.fit(scaler.transform(X[train]), y, X_val=scaler.transform(X[test]), y_val=y_val)
        np.testing.assert_array_equal(
            mine.regressor_[-1].history_["val_loss"], alone.history_["val_loss"]
        )
        own = target.inverse_transform(alone.predict(scaler.transform(X))[:, None])[:, 0]
        np.testing.assert_allclose(mine.predict(X), own)


@pytest.mark.filterwarnings(SEEN_BY_ALL)
def test_bootstrap_draws_samples_with_their_weights():
    seen = []

    class Remembers(Ridge):
        def fit(self, X, y, sample_weight=None):
            seen.append((X, y, sample_weight))
            return super().fit(X, y, sample_weight)

    DeepEnsembleRegressor(Remembers(), 3, resampling="bootstrap", random_state=0).fit(
        X, NUMBERS, sample_weight=WEIGHT
    )
    for rows, y, weight in seen:
        places = [int(np.flatnonzero((row == X).all(1))[0]) for row in rows]
        assert len(places) == 150
        assert len(set(places)) < 150
        np.testing.assert_array_equal(y, NUMBERS[places])
        np.testing.assert_array_equal(weight, WEIGHT[places])
    assert not np.array_equal(seen[0][0], seen[1][0])


def test_samples_that_all_members_have_seen_are_nan():
    ensemble = DeepEnsembleRegressor(Ridge(), 2, resampling="bootstrap", random_state=0)
    with pytest.warns(UserWarning, match="were used to train every network"):
        ensemble.fit(X, NUMBERS)
    there = ~np.isnan(ensemble.oob_prediction_)
    assert 0 < there.sum() < 150
    expected = r2_score(NUMBERS[there], ensemble.oob_prediction_[there])
    assert ensemble.oob_score_ == pytest.approx(expected)


@pytest.mark.filterwarnings(SEEN_BY_ALL)
def test_a_class_that_a_member_has_not_seen_has_probability_zero():
    y = np.where(np.arange(150) == 7, 9, Y)
    ensemble = DeepEnsembleClassifier(
        LogisticRegression(), 4, resampling="bootstrap", random_state=0
    ).fit(X, y)
    np.testing.assert_array_equal(ensemble.classes_, [0, 1, 2, 9])
    members = ensemble.predict_members(X)
    assert members.shape == (4, 150, 4)
    unseen = [k for k, one in enumerate(ensemble.estimators_) if len(one.classes_) == 3]
    assert unseen
    assert not members[unseen, :, 3].any()


@pytest.mark.filterwarnings(SEEN_BY_ALL)
def test_classifiers_without_probabilities_vote():
    ensemble = DeepEnsembleClassifier(
        RidgeClassifier(), 5, resampling="bootstrap", random_state=0
    ).fit(X, Y)
    assert not hasattr(ensemble, "predict_proba")
    votes = ensemble.predict_members(X)
    assert set(np.unique(votes)) == {0, 1}
    np.testing.assert_array_equal(ensemble.predict(X), votes.sum(0).argmax(1))


def test_the_spread_is_that_of_the_members():
    ensemble = DeepEnsembleRegressor(MLPRegressor(**SHORT), 4, random_state=0).fit(X, NUMBERS)
    mean, std = ensemble.predict(X, return_std=True)
    members = ensemble.predict_members(X)
    np.testing.assert_allclose(mean, members.mean(0), rtol=1e-6)
    np.testing.assert_allclose(std, members.std(0, ddof=0))
    np.testing.assert_array_equal(mean, ensemble.predict(X))


def test_a_search_over_ensembles_finds_the_scores_of_scikit_learn():
    ensemble = DeepEnsembleClassifier(
        make_pipeline(StandardScaler(), MLPClassifier(**SHORT)), 3, random_state=0
    )
    space = {"estimator__mlpclassifier__learning_rate": loguniform(1e-3, 1e-1)}
    settings = {"n_iter": 3, "cv": 3, "random_state": 0}
    mine = BatchedRandomizedSearchCV(ensemble, space, n_jobs=2, **settings).fit(X, Y)
    theirs = sklearn.model_selection.RandomizedSearchCV(ensemble, space, **settings).fit(X, Y)
    for split in range(3):
        name = f"split{split}_test_score"
        np.testing.assert_array_equal(mine.cv_results_[name], theirs.cv_results_[name])
    np.testing.assert_array_equal(outputs(mine), outputs(theirs))


def searches_of(ensemble, space, y, **settings):
    """Return a batched search and scikit-learn's, fitted."""
    settings = {"n_iter": 3, "cv": 3, "random_state": 0} | settings
    params = settings.pop("params", {})
    return (
        BatchedRandomizedSearchCV(ensemble, space, n_jobs=2, **settings).fit(X, y, **params),
        sklearn.model_selection.RandomizedSearchCV(ensemble, space, **settings).fit(X, y, **params),
    )


@pytest.mark.parametrize("resampling", ["seeds", "folds", "bootstrap"])
@pytest.mark.parametrize("wrapped", ["plain", "pipeline", "target", "outer pipeline"])
@pytest.mark.filterwarnings(SEEN_BY_ALL)
def test_a_search_over_ensembles_gives_each_what_its_own_fit_gives(resampling, wrapped):
    rate = {"learning_rate": loguniform(1e-3, 1e-1)}
    mlp = MLPRegressor(**SHORT)
    inner, prefix = {
        "plain": (mlp, ""),
        "outer pipeline": (mlp, ""),
        "pipeline": (make_pipeline(StandardScaler(), mlp), "mlpregressor__"),
        "target": (
            TransformedTargetRegressor(mlp, transformer=StandardScaler()),
            "regressor__",
        ),
    }[wrapped]
    ensemble = DeepEnsembleRegressor(inner, 2, resampling=resampling, random_state=0)
    prefix = f"estimator__{prefix}"
    if wrapped == "outer pipeline":
        ensemble = make_pipeline(StandardScaler(), ensemble)
        prefix = f"deepensembleregressor__{prefix}"
    space = {f"{prefix}{name}": values for name, values in rate.items()}
    mine, theirs = searches_of(ensemble, space, NUMBERS)
    for split in range(3):
        name = f"split{split}_test_score"
        np.testing.assert_array_equal(mine.cv_results_[name], theirs.cv_results_[name])
    np.testing.assert_array_equal(mine.predict(X), theirs.predict(X))


def test_a_search_over_ensembles_passes_weights_on():
    ensemble = DeepEnsembleClassifier(MLPClassifier(**SHORT), 2, random_state=0)
    weight = {"params": {"sample_weight": np.random.default_rng(0).random(150)}}
    space = {"estimator__learning_rate": loguniform(1e-3, 1e-1)}
    mine, theirs = searches_of(ensemble, space, Y, **weight)
    np.testing.assert_array_equal(outputs(mine), outputs(theirs))
    plain, _ = searches_of(ensemble, space, Y)
    assert (outputs(mine) != outputs(plain)).any()


def test_a_search_over_ensembles_fits_preprocessing_once_for_each_fold(monkeypatch):
    fitted = []

    def counting(self, X, y=None, sample_weight=None):
        fitted.append(len(X))
        return fit(self, X, y, sample_weight)

    fit = StandardScaler.fit
    monkeypatch.setattr(StandardScaler, "fit", counting)
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(**SHORT))
    ensemble = DeepEnsembleClassifier(pipeline, 3, random_state=0)
    space = {"estimator__mlpclassifier__learning_rate": loguniform(1e-3, 1e-1)}
    search = BatchedRandomizedSearchCV(ensemble, space, n_iter=4, cv=3, random_state=0, n_jobs=1)
    search.fit(X, Y)
    assert sorted(fitted) == [100, 100, 100, 150]
    members = search.best_estimator_.estimators_
    assert len({id(member[0]) for member in members}) == 3


@pytest.mark.filterwarnings("ignore:One or more of the test scores")
def test_a_failing_ensemble_is_scored_as_an_error():
    ensemble = DeepEnsembleClassifier(MLPClassifier(**SHORT), 2, random_state=0)
    space = {"estimator__learning_rate": [1e-2, -1.0]}
    search = BatchedRandomizedSearchCV(ensemble, space, n_iter=2, cv=2, random_state=0)
    with pytest.warns(match="fits failed"):
        search.fit(X, Y)
    assert np.isnan(search.cv_results_["mean_test_score"]).sum() == 1


@pytest.mark.filterwarnings(SEEN_BY_ALL)
def test_frames_keep_their_names():
    frame = pd.DataFrame(X, columns=list("abcdef"))
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(**SHORT)).set_output(
        transform="pandas"
    )
    for resampling in ("seeds", "folds", "bootstrap"):
        ensemble = DeepEnsembleClassifier(pipeline, 2, resampling=resampling, random_state=0)
        ensemble.fit(frame, pd.Series(Y))
        assert list(ensemble.feature_names_in_) == list("abcdef")
        assert ensemble.predict(frame).shape == (150,)


def test_pickles_and_pictures():
    ensemble = DeepEnsembleClassifier(MLPClassifier(**SHORT), 2, random_state=0).fit(X, Y)
    copy = pickle.loads(pickle.dumps(ensemble))
    np.testing.assert_array_equal(outputs(copy), outputs(ensemble))
    assert "MLPClassifier" in ensemble._repr_html_()


def test_a_later_fit_leaves_nothing_of_the_earlier():
    ensemble = DeepEnsembleRegressor(Ridge(), 3, resampling="folds", random_state=0)
    ensemble.fit(X, NUMBERS)
    ensemble.set_params(resampling="seeds").fit(X, NUMBERS)
    assert not hasattr(ensemble, "oof_prediction_")


def test_warnings_come_once_with_the_number_of_members():
    mlp = MLPClassifier((5,), max_epochs=2, early_stopping="convergence")
    ensemble = DeepEnsembleClassifier(mlp, 3, random_state=0)
    with pytest.warns() as told:
        ensemble.fit(X * [1000, 1, 1, 1, 1, 1], Y)
    kinds = [warning.category for warning in told]
    assert kinds.count(ScaleWarning) == 1
    assert kinds.count(ConvergenceWarning) == 1


def test_verbose_says_what_is_fitted_one_by_one(capsys):
    DeepEnsembleRegressor(Ridge(), 3, verbose=1).fit(X, NUMBERS)
    assert "3 fits one by one: Ridge is no network" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"n_estimators": 0}, "'n_estimators' parameter"),
        ({"n_estimators": 1, "resampling": "folds"}, "at least 2 with resampling='folds'"),
        ({"resampling": "bags"}, "'resampling' parameter"),
        ({"estimator": Ridge()}, "must be a classifier or None; got Ridge"),
        ({"estimator": 3}, "'estimator' parameter"),
        ({"n_estimators": 60, "resampling": "folds"}, "n_splits=60"),
    ],
)
def test_wrong_arguments_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        DeepEnsembleClassifier(**{"estimator": MLPClassifier(**SHORT)} | settings).fit(X, Y)


def test_a_member_without_weight_is_named():
    weight = np.zeros(150)
    weight[0] = 1
    ensemble = DeepEnsembleClassifier(MLPClassifier(**SHORT), 3, resampling="folds", random_state=0)
    with pytest.raises(ValueError, match=r"all samples of network \d have weight zero"):
        ensemble.fit(X, Y, sample_weight=weight)


def test_an_unfitted_ensemble_says_so():
    with pytest.raises(NotFittedError):
        DeepEnsembleClassifier().predict(X)
    with pytest.raises(AttributeError, match="before it is fitted"):
        _ = DeepEnsembleClassifier().classes_


def test_errors_of_members_are_raised():
    broken = make_pipeline(FunctionTransformer(lambda X: 1 / 0), MLPClassifier(**SHORT))
    for resampling in ("seeds", "folds"):
        with pytest.raises(ZeroDivisionError):
            DeepEnsembleClassifier(broken, 2, resampling=resampling).fit(X, Y)
