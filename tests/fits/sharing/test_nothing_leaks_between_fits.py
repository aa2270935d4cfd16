"""Nothing that a fit receives or writes affects another fit of the same search."""

import threading

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.sparse import csr_matrix, issparse
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    Normalizer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from sklearn_deep import AutoencoderTransformer, MLPRegressor
from tests._support.searches.small import (
    NUMBERS,
    WEIGHTS,
    X,
    Y,
    assert_same_scores,
    batched,
    loop,
    network,
)

POSITIVE = np.exp(NUMBERS / 4)
LOSS = "neg_log_loss"
NOISE = np.random.default_rng(0).normal(size=len(X))


def regressor(**settings):
    return MLPRegressor((8,), **{"batch_size": 32, "max_epochs": 2, "random_state": 0} | settings)


def steps(*each, net=None):
    return Pipeline([*((f"s{i}", step) for i, step in enumerate(each)), ("net", net or network())])


def copied(values):
    return values.copy() if hasattr(values, "copy") else values


def values_of(array):
    return array.toarray() if issparse(array) else np.asarray(array)


def assert_as_the_loop(estimator, space, X=X, y=Y, params=None, **settings):
    """Fit both searches, each on its own arrays, and return the batched one."""
    searches, arrays = [], []
    for kind in (loop, batched):
        given = {n: copied(v) for n, v in {"X": X, "y": y, **(params or {})}.items()}
        arrays.append(given)
        searches.append(kind(estimator, space, **settings).fit(**given))
    expected, found = searches
    assert_same_scores(found, expected)
    for name, array in arrays[0].items():
        np.testing.assert_array_equal(values_of(arrays[1][name]), values_of(array), err_msg=name)
    if expected.refit:
        first, second = (search.predict(copied(X)) for search in searches)
        np.testing.assert_array_equal(second, first)
    return found


def rates(name="net__learning_rate"):
    return {name: [1e-3, 1e-2, 1e-1]}


class Unseeded(TransformerMixin, BaseEstimator):
    """Adds noise that it draws when it is fitted, from its own generator."""

    fits = 0

    def fit(self, X, y=None):
        type(self).fits += 1
        self.noise_ = np.random.normal(size=X.shape[1])  # noqa: NPY002
        return self

    def transform(self, X):
        return X + self.noise_


# Objects that cannot be compared.


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", [lambda A: A, np.random.default_rng(0).permuted], ids=["lambda", "method"]
)
@pytest.mark.parametrize("where", ["before", "inside", "both"])
def test_no_fold_gets_the_network_of_another(first, where, trained):
    step = FunctionTransformer(first if where == "before" else lambda A: A + 0)
    net = regressor(max_epochs=30, learning_rate=0.01)
    inner = make_pipeline(step, net) if where != "before" else net
    target = TransformedTargetRegressor(inner, transformer=StandardScaler())
    estimator = make_pipeline(step, target) if where != "inside" else target
    found = batched(estimator, {}, n_iter=1, cv=5, refit=False).fit(X, NOISE)
    assert sum(trained) == 5
    assert found.best_score_ < 0
    if first.__name__ == "<lambda>":
        assert_same_scores(found, loop(estimator, {}, n_iter=1, cv=5, refit=False).fit(X, NOISE))


def test_a_network_without_a_seed_before_a_transformed_target_is_trained_for_each_fit(trained):
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), batch_size=32, max_epochs=1)
    target = TransformedTargetRegressor(regressor(), transformer=StandardScaler())
    space = rates("t__regressor__learning_rate")
    estimator = Pipeline([("encoder", encoder), ("t", target)])
    batched(estimator, space, n_iter=3, refit=False).fit(X, NUMBERS)
    assert sum(trained) == 2 * 3 * 3


def test_a_network_without_a_seed_is_trained_for_each_of_equal_candidates(trained):
    found = batched(network(random_state=None), {"dropout": [0.1] * 4}, refit=False).fit(X, Y)
    assert sum(trained) == 4 * 3
    assert len(set(found.cv_results_["split0_test_score"])) > 1


@pytest.mark.parametrize(
    "estimator", [steps(Unseeded()), steps(FeatureUnion([("unseeded", Unseeded())]))]
)
def test_a_step_that_draws_without_a_seed_is_fitted_for_each_candidate(estimator, monkeypatch):
    monkeypatch.setattr(Unseeded, "fits", 0)
    batched(estimator, rates(), n_iter=3, refit=False).fit(X, Y)
    assert Unseeded.fits == 3 * 3


# Everything on which a result depends.

TARGETS = [
    {"func": [None], "inverse_func": [None]},
    {"func": [np.log], "inverse_func": [np.exp]},
    {"func": [np.sqrt], "inverse_func": [np.square]},
    {"func": [np.log], "inverse_func": [lambda y: np.exp(y) * 2], "check_inverse": [False]},
    {"transformer": [StandardScaler(), RobustScaler(), StandardScaler(with_mean=False)]},
    {"transformer": [QuantileTransformer(n_quantiles=5, random_state=0)], "check_inverse": [False]},
    {"transformer": [FunctionTransformer(np.log1p, np.expm1)]},
]


@pytest.mark.parametrize("wrap", [lambda t: (t, ""), lambda t: (steps(net=t), "net__")])
def test_candidates_that_transform_the_target_in_other_ways_have_their_own_networks(wrap):
    estimator, prefix = wrap(TransformedTargetRegressor(regressor(normalize_y=False)))
    space = [{prefix + name: values for name, values in part.items()} for part in TARGETS]
    found = assert_as_the_loop(estimator, space, y=POSITIVE, n_iter=9)
    assert len(set(found.cv_results_["mean_test_score"])) == 9


class Weighted(TransformerMixin, BaseEstimator):
    """Subtracts a weighted mean, of numbers of any name."""

    def fit(self, X, y=None, sample_weight=None):
        self.mean_ = np.average(X, axis=0, weights=sample_weight)
        return self

    def transform(self, X):
        return X - self.mean_


def test_steps_that_get_other_weights_are_fitted_apart():
    with sklearn.config_context(enable_metadata_routing=True):
        net = network().set_fit_request(sample_weight=False)
        by_itself, other = (
            Weighted().set_fit_request(sample_weight=value) for value in (True, "other")
        )
        space = [{"s0": [by_itself], "s1": [other]}, {"s0": [other], "s1": [by_itself]}]
        scoring = get_scorer(LOSS).set_score_request(sample_weight=False)
        params = {"sample_weight": WEIGHTS, "other": WEIGHTS[::-1] ** 3}
        estimator = steps(by_itself, other, net=net)
        found = assert_as_the_loop(estimator, space, params=params, n_iter=2, scoring=scoring)
    # The mean that is subtracted last is the one that counts.
    assert len(set(found.cv_results_["mean_test_score"])) == 2


def test_weights_are_routed_to_a_network_in_the_middle():
    with sklearn.config_context(enable_metadata_routing=True):
        encoder = AutoencoderTransformer(
            2, encoder_layer_sizes=(4,), batch_size=32, max_epochs=2, random_state=0
        ).set_fit_request(sample_weight=True)
        net = network().set_fit_request(sample_weight=False)
        settings = {
            "params": {"sample_weight": WEIGHTS},
            "scoring": get_scorer(LOSS).set_score_request(sample_weight=False),
        }
        assert_as_the_loop(steps(encoder, net=net), rates(), n_iter=2, **settings)


class Attributed(StandardScaler):
    """Has an attribute that is not a parameter."""

    def transform(self, X):
        return super().transform(X) * getattr(self, "factor", 1.0)

    def __sklearn_clone__(self):
        twin = type(self)(copy=self.copy)
        twin.factor = getattr(self, "factor", 1.0)
        return twin


def test_attributes_that_are_no_parameters_tell_candidates_apart():
    scalers = [Attributed(), Attributed()]
    scalers[1].factor = 5.0
    found = assert_as_the_loop(steps(StandardScaler()), {"s0": scalers}, n_iter=2, scoring=LOSS)
    assert len(set(found.cv_results_["mean_test_score"])) == 2


# Steps that write into their input.


def squared(X):
    X *= X
    return X


def doubled_frame(frame):
    frame["a"] = frame["a"] * 2 + 1
    return frame


def with_one_more_column(frame):
    frame["more"] = frame["a"] ** 2
    return frame


def sparse_squared(matrix):
    matrix.data **= 2
    return matrix


FRAME = pd.DataFrame(X, columns=list("abcde"))
IN_PLACE = {
    "a scaler": (steps(RobustScaler(copy=False)), X),
    "two scalers": (steps(StandardScaler(copy=False), RobustScaler(copy=False)), X),
    "a scaler behind one": (steps(StandardScaler(), RobustScaler(copy=False)), X),
    "float32": (steps(StandardScaler(copy=False)), X.astype(np.float32)),
    "a function": (steps(FunctionTransformer(squared)), X),
    "a lambda": (steps(FunctionTransformer(lambda A: squared(A) + 0)), X),
    "a frame": (steps(FunctionTransformer(doubled_frame), StandardScaler()), FRAME),
    "a column": (steps(FunctionTransformer(with_one_more_column), StandardScaler()), FRAME),
    "sparse": (steps(MaxAbsScaler(copy=False)), csr_matrix(X)),
    "a sparse function": (
        steps(FunctionTransformer(sparse_squared, accept_sparse=True)),
        csr_matrix(X),
    ),
    "lists": (
        steps(FunctionTransformer(lambda rows: [squared(np.array(r)) for r in rows])),
        X.tolist(),
    ),
    "components": (steps(PCA(2, copy=False, random_state=0)), X),
    "rows": (steps(Normalizer(copy=False)), X),
    "branches": (
        steps(FeatureUnion([("a", StandardScaler(copy=False)), ("b", RobustScaler(copy=False))])),
        X,
    ),
    "columns": (
        steps(
            ColumnTransformer([("a", StandardScaler(copy=False), [0, 1])], remainder="passthrough")
        ),
        X,
    ),
    "nested": (steps(make_pipeline(StandardScaler(copy=False)), RobustScaler(copy=False)), X),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", IN_PLACE)
def test_steps_that_work_in_place_change_no_other_fit(case):
    estimator, rows = IN_PLACE[case]
    assert_as_the_loop(estimator, rates(), rows, n_iter=3)


@pytest.mark.parametrize("case", ["a scaler", "a column", "two scalers", "sparse"])
def test_steps_that_work_in_place_change_no_score_on_training_samples(case):
    estimator, rows = IN_PLACE[case]
    assert_as_the_loop(estimator, rates(), rows, n_iter=3, return_train_score=True)


def test_searched_steps_that_work_in_place():
    space = {
        "s0": [RobustScaler(copy=False), "passthrough", FunctionTransformer(squared)],
        "s1": [StandardScaler(copy=False), StandardScaler(), None],
    }
    assert_as_the_loop(steps(None, None), space, n_iter=9)


@pytest.mark.parametrize("between", [[], [StandardScaler()]])
def test_final_estimators_that_work_in_place(between):
    class Overwriting(LogisticRegression):
        def fit(self, X, y, sample_weight=None):
            super().fit(X, y, sample_weight)
            X[:] = y[:] = 0
            if sample_weight is not None:
                sample_weight[:] = 0
            return self

    space = {"net": [Overwriting(C=0.1), Overwriting(), network(), network(dropout=0.2)]}
    params = {"net__sample_weight": WEIGHTS}
    # The refit of both leaves zeros.
    assert_as_the_loop(steps(*between), space, params=params, refit=False)


def test_a_linear_model_that_overwrites_its_samples():
    space = {"net": [LinearRegression(copy_X=False), Ridge(copy_X=False), regressor()]}
    assert_as_the_loop(steps(StandardScaler()), space, y=NUMBERS, n_iter=3)


class WritingTargets(TransformerMixin, BaseEstimator):
    """Writes into targets and weights as it is fitted: later steps of the fit see that."""

    def __init__(self, shift=1.0):
        self.shift = shift

    def fit(self, X, y, sample_weight=None):
        y += self.shift * X[:, 0]
        if sample_weight is not None:
            sample_weight *= 1 + (X[:, 0] > 0) * self.shift
        return self

    def transform(self, X):
        return X


def test_steps_that_write_into_targets_and_weights():
    params = {"s0__sample_weight": WEIGHTS, "net__sample_weight": WEIGHTS}
    estimator = steps(WritingTargets(), StandardScaler(), net=regressor())
    space = {"s0__shift": [0.5, 2.0], **rates()}
    assert_as_the_loop(
        estimator, space, y=NUMBERS, params=params, n_iter=6, return_train_score=True
    )


@pytest.mark.parametrize("return_train_score", [False, True])
def test_targets_that_are_transformed_in_place(return_train_score):
    target = TransformedTargetRegressor(regressor(), check_inverse=False)
    space = {
        "net__transformer": [StandardScaler(copy=False), RobustScaler(copy=False)],
        "net__regressor__learning_rate": [0.01, 0.1],
    }
    assert_as_the_loop(
        steps(StandardScaler(), net=target),
        space,
        y=NUMBERS,
        return_train_score=return_train_score,
    )


class WritingIntoValidation(TransformerMixin, BaseEstimator):
    """Writes into samples that all fits share."""

    def fit(self, X, y=None, X_val=None):
        X_val *= 2
        return self

    def transform(self, X):
        return X


def test_samples_that_are_not_divided_are_not_changed_either():
    given = X[:20].copy()
    search = batched(steps(WritingIntoValidation()), rates(), n_iter=3, refit=False)
    params = {"s0__X_val": given, "net__X_val": given, "net__y_val": Y[:20]}
    search.fit(X, Y, **params)
    np.testing.assert_array_equal(given, X[:20])


# Fitted objects that several candidates share.


class Drifting(StandardScaler):
    """Changes with every call of ``transform`` after the fit."""

    def transform(self, X, copy=None):
        found = super().transform(X)
        if hasattr(self, "n_calls_"):
            self.n_calls_ += 1
            self.mean_ = self.mean_ + 1
        return found

    def fit_transform(self, X, y=None):
        found = self.fit(X).transform(X)
        self.n_calls_ = 0
        return found


@pytest.mark.parametrize(
    "wrap", [lambda p: p, lambda p: Pipeline([("s", "passthrough"), ("p", p)])]
)
def test_a_step_that_moves_as_it_transforms_moves_for_one_candidate_alone(wrap):
    estimator = wrap(steps(Drifting()))
    space = rates(
        "net__learning_rate" if "net" in estimator.named_steps else "p__net__learning_rate"
    )
    scoring = {"a": "accuracy", "b": "neg_log_loss"}
    assert_as_the_loop(estimator, space, n_iter=3, scoring=scoring, refit="a")


def test_a_scorer_that_changes_what_it_scores_changes_no_other_candidate(trained):
    def scoring(estimator, X, y):
        score = estimator.score(X, y)
        net = estimator[-1]
        net.learning_rate = 0.0
        for parameter in net.module_.parameters():
            parameter.data.zero_()
        estimator[0].mean_ += 100
        return score

    # The same candidate twice; its network is trained once.
    space = {"net__learning_rate": [0.01, 0.01, 0.1]}
    assert_as_the_loop(steps(StandardScaler()), space, n_iter=3, scoring=scoring, refit=False)
    assert sum(trained) == 2 * 3


class Locked(StandardScaler):
    """Cannot be copied once it is fitted."""

    fits = 0

    def fit(self, X, y=None, sample_weight=None):
        type(self).fits += 1
        self.lock_ = threading.Lock()
        return super().fit(X, y, sample_weight)


def test_a_step_that_cannot_be_copied_is_fitted_for_each_candidate(monkeypatch):
    monkeypatch.setattr(Locked, "fits", 0)
    found = batched(steps(Locked()), rates(), n_iter=3, refit=False).fit(X, Y)
    assert Locked.fits == 3 * 3
    assert_same_scores(found, loop(steps(Locked()), rates(), n_iter=3, refit=False).fit(X, Y))


# Stages and halving.


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"n_stages": 2}, {"min_epochs": 1, "factor": 2}, {"n_jobs": 2}], ids=str
)
@pytest.mark.parametrize("case", ["a scaler", "a column", "a lambda"])
def test_every_candidate_scores_as_by_itself(case, settings):
    if "n_jobs" in settings and case != "a scaler":
        pytest.skip("one case of processes is enough")
    estimator, rows = IN_PLACE[case]
    search = batched(estimator, {"net__learning_rate": loguniform(1e-3, 0.1)}, **settings)
    before = copied(rows)
    results = search.set_params(n_iter=4, refit=False).fit(rows, Y).cv_results_
    np.testing.assert_array_equal(values_of(rows), values_of(before))
    for i, params in enumerate(results["params"]):
        if not results.get("dropped", np.zeros(4))[i]:
            alone = cross_val_score(estimator.set_params(**params), copied(rows), Y, cv=3)
            assert [results[f"split{k}_test_score"][i] for k in range(3)] == alone.tolist()
