"""A fit that raises an error is scored ``error_score``, and the others keep their scores."""

from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from sklearn_deep.schedules import Schedule
from tests._support.searches.small import (
    RATES,
    X,
    Y,
    batched,
    loop,
    network,
)

pytestmark = pytest.mark.filterwarnings("ignore:One or more of the t:UserWarning")
BAD = {"learning_rate": [0.1, -1.0, 1e-3]}


@dataclass(eq=False, repr=False)
class FailingLater(Schedule):
    """Raises an error in the second epoch, so no check before training can notice it."""

    fails: bool = True

    def factors(self, times, n_epochs):
        if self.fails and times[-1] >= 1:
            raise RuntimeError("the second epoch is too much")
        return np.ones(len(times))


@dataclass(eq=False, repr=False)
class Failing(Schedule):
    """Raises at once."""

    def factors(self, times, n_epochs):
        raise RuntimeError("never")


def failing(X):
    raise OSError("no rows today")


def all_but(search, *left_out):
    """Return the scores of each fold, except for some candidates."""
    columns = [search.cv_results_[f"split{i}_test_score"] for i in range(3)]
    return np.delete(np.array(columns), left_out, axis=1).tolist()


def test_a_parameter_out_of_range_is_scored_nan():
    found, expected = batched(network(), BAD, n_iter="all"), loop(network(), BAD, n_iter=3)
    with pytest.warns(FitFailedWarning, match="3 fits failed out of a total of 9") as caught:
        found.fit(X, Y)
    assert "'learning_rate' parameter of MLPClassifier must be" in str(caught[0].message)
    with pytest.warns(FitFailedWarning):
        expected.fit(X, Y)
    assert sorted(map(str, found.cv_results_["mean_test_score"])) == sorted(
        map(str, expected.cv_results_["mean_test_score"])
    )
    assert np.isnan(found.cv_results_["mean_test_score"]).tolist() == [False, True, False]
    assert found.cv_results_["rank_test_score"][1] == 3
    good = {"learning_rate": [0.1, 1e-3]}
    assert all_but(found, 1) == all_but(batched(network(), good, n_iter="all").fit(X, Y))


def test_error_score_may_be_a_number():
    search = batched(network(), BAD, n_iter="all", error_score=-7.0, return_train_score=True)
    with pytest.warns(FitFailedWarning, match="set to -7"):
        search.fit(X, Y)
    assert search.cv_results_["mean_test_score"][1] == -7
    assert search.cv_results_["mean_train_score"][1] == -7
    assert search.cv_results_["rank_test_score"][1] == 3


def test_the_first_error_is_raised_where_that_is_asked_for():
    search = batched(network(), BAD, n_iter="all", error_score="raise")
    with pytest.raises(ValueError, match="'learning_rate' parameter of MLPClassifier must be"):
        search.fit(X, Y)
    assert not hasattr(search, "cv_results_")


def test_an_error_of_one_member_in_training_leaves_the_others_theirs():
    estimator = network(schedule=FailingLater(fails=False))
    space = {"schedule__fails": [False, True], "learning_rate": [1e-3, 1e-1]}
    search = batched(estimator, space, n_iter="all")
    with pytest.warns(FitFailedWarning, match="the second epoch is too much") as caught:
        search.fit(X, Y)
    assert "6 fits failed out of a total of 12" in str(caught[0].message)
    drawn = search.cv_results_["params"]
    bad = [i for i, params in enumerate(drawn) if params["schedule__fails"]]
    assert np.isnan(search.cv_results_["mean_test_score"][bad]).all()
    good = batched(estimator, space | {"schedule__fails": [False]}, n_iter="all").fit(X, Y)
    assert all_but(search, *bad) == all_but(good)


def test_an_error_in_training_is_raised_as_it_is():
    estimator = network(schedule=FailingLater())
    search = batched(estimator, {"dropout": [0.0, 0.1]}, n_iter="all", error_score="raise")
    with pytest.raises(RuntimeError, match="the second epoch is too much"):
        search.fit(X, Y)


def test_all_fits_that_fail_are_an_error():
    search = batched(network(), {"learning_rate": [-1.0, -2.0]}, n_iter="all")
    with pytest.raises(ValueError, match="All the 6 fits failed") as caught:
        search.fit(X, Y)
    assert "must be a float in the range" in str(caught.value)


def test_a_plug_in_that_fails_at_once_is_named():
    search = batched(network(schedule=Failing()), {"learning_rate": RATES})
    with pytest.raises(ValueError, match="'schedule' parameter of MLPClassifier fails") as caught:
        search.fit(X, Y)
    assert "All the 12 fits failed" in str(caught.value)


def test_preprocessing_that_fails_fails_its_candidates_alone():
    space = {"scale": ["passthrough", FunctionTransformer(failing)], "net__dropout": [0.0, 0.1]}
    search = batched(space=space, n_iter="all")
    with pytest.warns(FitFailedWarning, match="OSError: no rows today"):
        search.fit(X, Y)
    nan = np.isnan(search.cv_results_["mean_test_score"])
    assert nan.tolist() == [str(p["scale"]) != "passthrough" for p in search.cv_results_["params"]]
    assert nan.sum() == 2


def test_an_estimator_that_is_not_ours_fails_alone():
    space = [
        {"net": [LogisticRegression(C=-1.0)]},
        {"net": [network(), LogisticRegression()]},
    ]
    search = batched(space=space, n_iter="all")
    with pytest.warns(FitFailedWarning, match="'C' parameter of LogisticRegression"):
        search.fit(X, Y)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [True, False, False]


def test_a_score_that_fails_is_no_failed_fit():
    def never(estimator, X, y):
        raise RuntimeError("no score")

    with pytest.warns(UserWarning, match="Scoring failed"):
        search = batched(scoring=never, refit=False).fit(X, Y)
    assert np.isnan(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("kind", [loop, batched])
@pytest.mark.parametrize("error_score", [np.nan, "raise"])
def test_a_parameter_that_does_not_exist_is_an_error_of_the_search(kind, error_score):
    search = kind(space={"net__rate": [0.1]}, n_iter=1, error_score=error_score)
    with pytest.raises(ValueError, match="Invalid parameter 'rate' for estimator MLPClassifier"):
        search.fit(X, Y)


@pytest.mark.parametrize("kind", [loop, batched])
def test_classes_that_are_missing_in_a_fold_are_scored_as_in_the_loop(kind):
    order = np.argsort(Y, kind="stable")
    cv = [(order[:30], order[30:]), (order[20:], order[:20])]
    search = kind(cv=cv, space={"net__dropout": [0.0, 0.1]}, n_iter=2)
    labels = np.where(np.arange(91) < 30, 0, Y[order])
    labels[order] = labels.copy()
    with pytest.warns(FitFailedWarning, match="2 fits failed out of a total of 4"):
        search.fit(X, labels)
    assert np.isnan(search.cv_results_["split0_test_score"]).all()
    assert not np.isnan(search.cv_results_["split1_test_score"]).any()


def test_equal_errors_are_counted_together():
    class Refusing(LogisticRegression):
        def fit(self, X, y):
            if self.C > 1:
                raise ValueError("C is too large")
            return super().fit(X, y)

    with pytest.warns(FitFailedWarning) as caught:
        batched(Refusing(), {"C": [1.0, 2.0, 2.0, 2.0]}, n_iter="all", refit=False).fit(X, Y)
    (text,) = [str(warning.message) for warning in caught if "fits failed" in str(warning.message)]
    assert text.count("9 fits failed with the following error") == 1
    assert text.count("C is too large") == 2  # the line that raises, and what it raises
