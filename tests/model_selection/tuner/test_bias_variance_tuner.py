"""The loop follows its rules, on known errors."""

import pytest

from sklearn_deep.model_selection import BiasVarianceTuner
from tests._support.told_errors import (
    FOLDS,
    Dear,
    Deep,
    Overfitting,
    Penalized,
    Stubborn,
    Told,
    Traded,
    Weighed,
    X,
    Y,
)


def tuned(estimator, **settings):
    return BiasVarianceTuner(estimator, **{"cv": FOLDS, "random_state": 0} | settings).fit(X, Y)


def changes(tuner):
    return [(step.phase, step.params, step.kept) for step in tuner.steps_]


START = ("start", {}, True)


def test_bias_is_acted_on_until_it_is_tolerated():
    tuner = tuned(Deep())
    rounds = [("bias", {"max_depth": depth}, True) for depth in (2, 4, 8, 16, 32)]
    assert changes(tuner) == [START, *rounds]
    errors = [step.train_error for step in tuner.steps_]
    assert errors == pytest.approx([0.4, 0.2, 0.1, 0.05, 0.025, 0.01])
    assert tuner.stop_reason_ == "target"
    assert tuner.best_params_ == {"max_depth": 32}
    assert tuner.best_estimator_.max_depth == 32


def test_bias_below_the_bayes_error_is_none():
    assert tuned(Deep(), bayes_error=0.19).best_params_ == {"max_depth": 2}
    assert tuned(Deep(), tolerance=0.1).best_params_ == {"max_depth": 4}


def test_bias_that_returns_is_acted_on_first():
    tuner = tuned(Penalized(), n_iter=1)
    assert changes(tuner) == [
        START,
        ("variance", {"alpha": 0.001}, True),
        ("bias", {"alpha": 0.0001}, False),
        ("variance", {"alpha": 0.01}, True),
        ("bias", {"max_depth": 2}, True),
    ]
    assert [step.verdict for step in tuner.steps_][:2] == ["variance", "bias and variance"]
    assert tuner.stop_reason_ == "target"


def test_less_variance_without_bias_is_preferred():
    tuner = tuned(Traded(), max_fits=5 * 5)
    assert tuner.steps_[1].params == {"min_samples_leaf": 5}
    assert tuner.steps_[1].verdict == "variance"


def test_less_bias_at_the_price_of_validation_is_undone():
    tuner = tuned(Overfitting())
    assert changes(tuner)[1:3] == [
        ("bias", {"max_depth": 8}, False),
        ("variance", {"alpha": 0.001}, True),
    ]
    assert tuner.best_params_ == {"alpha": 0.001}
    assert tuner.best_score_ == pytest.approx(0.8)


def test_validation_error_and_bias_are_weighed_together():
    # 0.28 + 0.10 is less than 0.31 + 0.08.
    assert tuned(Weighed(), max_fits=20).steps_[1].params == {"alpha": 0.001}


def test_validation_error_beyond_the_tolerance_is_too_dear():
    # 0.40 + 0.03 is less than 0.30 + 0.18.
    assert changes(tuned(Dear()))[1] == ("bias", {"max_depth": 2}, False)


def test_two_rounds_that_bring_nothing_are_the_end():
    tuner = tuned(Stubborn(), n_iter=1, tolerance=0.06)
    assert [step.kept for step in tuner.steps_] == [True, False, False]
    assert tuner.stop_reason_ == "no progress"
    assert tuner.best_params_ == {}
    assert tuner.best_estimator_.alpha == 0


def test_a_gain_counts_from_a_tenth_of_the_tolerance():
    # The validation error falls by 0.005.
    assert tuned(Stubborn(), tolerance=0.06).best_params_ == {}
    assert tuned(Stubborn(), tolerance=0.04).best_params_["alpha"] == 0.001


def test_where_nothing_can_be_changed_it_ends():
    class Fixed(Told):
        def errors(self):
            return 0.1, 0.3

    tuner = tuned(Fixed())
    assert (tuner.stop_reason_, tuner.n_fits_, len(tuner.steps_)) == ("no moves", 5, 1)


@pytest.mark.parametrize("max_fits", [5, 9, 10, 14, 20, 26])
def test_the_budget_of_fits_is_never_exceeded(max_fits):
    tuner = tuned(Stubborn(), max_fits=max_fits, tolerance=0.2, bayes_error=-0.0)
    made = sum(step.n_fits for step in tuner.steps_)
    assert made == tuner.n_fits_ <= max_fits
    assert tuned(Deep(), max_fits=max_fits).n_fits_ == max_fits // 5 * 5
    assert tuned(Deep(), max_fits=max_fits).stop_reason_ == "max_fits"


def test_no_round_begins_after_the_time_is_over():
    tuner = tuned(Deep(), max_seconds=1e-9)
    assert (tuner.stop_reason_, len(tuner.steps_)) == ("max_seconds", 1)
    assert tuner.seconds_ > 0


class Limited(Told):
    """Its fit or prediction fails if a parameter is changed."""

    def __init__(self, alpha=0.0, min_samples_leaf=1, failing=("min_samples_leaf",), where="fit"):
        self.alpha, self.min_samples_leaf = alpha, min_samples_leaf
        self.failing, self.where = failing, where

    def errors(self):
        self._fail("predict")
        return 0.0, 0.3 if self.alpha == 0 else 0.01

    def fit(self, X, y):
        self._fail("fit")
        return super().fit(X, y)

    def _fail(self, where):
        changed = {"alpha": self.alpha != 0, "min_samples_leaf": self.min_samples_leaf != 1}
        if where == self.where and any(changed[name] for name in self.failing):
            raise ValueError("That cannot be.")


@pytest.mark.parametrize("where", ["fit", "predict"])
def test_a_candidate_that_fails_is_not_chosen(where):
    tuner = tuned(Limited(where=where))
    assert (tuner.stop_reason_, tuner.best_params_) == ("target", {"alpha": 0.001})
    assert tuner.report_.validation_error == pytest.approx(0.01)


@pytest.mark.parametrize("where", ["fit", "predict"])
def test_where_all_candidates_fail_nothing_changes(where):
    tuner = tuned(Limited(failing=("alpha", "min_samples_leaf"), where=where))
    assert tuner.best_params_ == {}
    assert tuner.steps_[1].action == "every candidate failed"
    assert not tuner.steps_[1].kept
