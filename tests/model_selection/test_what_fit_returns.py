"""The value that ``fit`` returns does not matter if scikit-learn does not use it."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests._support.searches.small import NUMBERS, X, Y, assert_same_scores, batched, loop, network


class Wrapped(BaseEstimator):
    """Fits another estimator inside, and returns that one instead of itself."""

    def __init__(self, returns="true", strength=1.0):
        self.returns = returns
        self.strength = strength

    def fit(self, X, y):
        self.inner_ = self._inner().fit(X, y)
        return {"true": True, "none": None, "inner": self.inner_, "other": Ridge()}[self.returns]

    def predict(self, X):
        return self.inner_.predict(X)


class Classifier(ClassifierMixin, Wrapped):
    def _inner(self):
        return LogisticRegression(C=self.strength)

    @property
    def classes_(self):
        return self.inner_.classes_


class Regressor(RegressorMixin, Wrapped):
    def _inner(self):
        return Ridge(alpha=self.strength)


class Shifted(BaseEstimator):
    """Returns a transformer that transforms differently, which scikit-learn uses in training."""

    def __init__(self, shift=1.0, returns_other=True):
        self.shift = shift
        self.returns_other = returns_other

    def fit(self, X, y=None):
        self.mean_ = X.mean(0)
        return Shifted(2 * self.shift, False).fit(X) if self.returns_other else self

    def transform(self, X):
        return X - self.mean_ * self.shift


def assert_as_the_loop(estimator, space, y=Y, **settings):
    batch, one = (
        kind(estimator, space, n_iter=2, **settings).fit(X, y) for kind in (batched, loop)
    )
    assert np.isfinite(batch.cv_results_["mean_test_score"]).all()
    assert_same_scores(batch, one)
    np.testing.assert_array_equal(batch.predict(X), one.predict(X))


@pytest.mark.parametrize("returns", ["true", "none", "inner", "other"])
def test_alone_and_last_in_a_pipeline(returns):
    estimator = Classifier(returns)
    assert_as_the_loop(estimator, {"strength": [0.1, 10.0]})
    piped = make_pipeline(StandardScaler(), make_pipeline(StandardScaler(), estimator))
    assert_as_the_loop(piped, {"pipeline__classifier__strength": [0.1, 10.0]})


@pytest.mark.parametrize("returns", ["true", "none", "inner"])
def test_behind_a_transformed_target(returns):
    estimator = TransformedTargetRegressor(
        Regressor(returns), func=np.sinh, inverse_func=np.arcsinh
    )
    assert_as_the_loop(estimator, {"regressor__strength": [0.1, 10.0]}, NUMBERS)


def test_a_transformer_that_returns_another_one():
    assert_as_the_loop(make_pipeline(Shifted(), network()), {"shifted__shift": [0.5, 2.0]})


def test_from_a_checkpoint(tmp_path):
    estimator, space = Classifier("none"), {"strength": [0.1, 10.0]}
    for _ in range(2):
        search = batched(estimator, space, n_iter=2, checkpoint=tmp_path / "kept")
        assert_same_scores(search.fit(X, Y), loop(estimator, space, n_iter=2).fit(X, Y))
