"""Piecewise linear features."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import SplineTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_deep.preprocessing import PiecewiseLinearEncoder

RNG = np.random.default_rng(0)
X = np.column_stack([RNG.normal(size=200), RNG.exponential(size=200), RNG.integers(0, 3, 200)])


@parametrize_with_checks(
    [
        PiecewiseLinearEncoder(),
        PiecewiseLinearEncoder(n_bins=3, min_distinct=2),
    ]
)
def test_every_check_of_scikit_learn_passes(estimator, check):
    check(estimator)


def by_hand(x, knots):
    """Return the features of one number."""
    n = len(knots) - 1
    found = []
    for t in range(n):
        share = (x - knots[t]) / (knots[t + 1] - knots[t])
        share = share if t == 0 else max(share, 0)
        found.append(share if t == n - 1 else min(share, 1))
    return found


@pytest.mark.parametrize("n_bins", [1, 2, 7])
def test_features_are_those_of_the_formula(n_bins):
    encoder = PiecewiseLinearEncoder(n_bins, min_distinct=4).fit(X)
    new = np.column_stack([np.linspace(-9, 9, 50)] * 3)
    found = encoder.transform(new)
    expected = [
        [*by_hand(row[0], encoder.knots_[0]), *by_hand(row[1], encoder.knots_[1]), row[2]]
        for row in new
    ]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_knots_are_quantiles():
    encoder = PiecewiseLinearEncoder(4).fit(X)
    for i in range(2):
        shares = np.linspace(0, 1, 5)
        expected = np.quantile(X[:, i], shares, method="averaged_inverted_cdf")
        np.testing.assert_allclose(encoder.knots_[i], expected)
    assert encoder.knots_[2] is None


def test_it_spans_the_functions_of_linear_splines():
    knots = [np.quantile(X[:, i], np.linspace(0, 1, 6)) for i in range(2)]
    y = np.abs(X[:, 0]) + X[:, 1] ** 2
    mine = PiecewiseLinearEncoder(knots=knots).fit_transform(X[:, :2])
    spline = SplineTransformer(degree=1, knots=np.column_stack(knots))
    theirs = spline.fit_transform(X[:, :2])
    fits = [LinearRegression().fit(features, y).predict(features) for features in (mine, theirs)]
    np.testing.assert_allclose(*fits, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_inverse_gives_the_numbers_back(dtype):
    encoder = PiecewiseLinearEncoder(6).fit(X.astype(dtype))
    new = (3 * X).astype(dtype)
    back = encoder.inverse_transform(encoder.transform(new))
    assert back.dtype == dtype
    np.testing.assert_allclose(back, new, rtol=1e-4 if dtype == np.float32 else 1e-10, atol=1e-5)


def test_equal_quantiles_are_one_knot():
    column = np.r_[np.zeros(150), RNG.uniform(1, 2, 50)].reshape(-1, 1)
    encoder = PiecewiseLinearEncoder(8).fit(column)
    assert (np.diff(encoder.knots_[0]) > 0).all()
    assert len(encoder.knots_[0]) < 9
    assert np.isfinite(encoder.transform(column)).all()


def test_a_column_almost_all_equal_is_passed_through():
    column = np.r_[np.zeros(100000), np.arange(40)].reshape(-1, 1)
    column = np.r_[column, column - 40.0]
    encoder = PiecewiseLinearEncoder(4).fit(column)
    assert encoder.transform(column).shape[1] == len(encoder.get_feature_names_out())


@pytest.mark.parametrize(("n", "is_encoded"), [(31, False), (32, True)])
def test_columns_with_few_distinct_values_pass_through(n, is_encoded):
    column = (np.arange(200) % n).reshape(-1, 1)
    encoder = PiecewiseLinearEncoder().fit(column)
    assert (encoder.knots_[0] is not None) == is_encoded


def test_weights_count_in_quantiles():
    weight = np.where(X[:, 0] > 0, 1.0, 0.0)
    encoder = PiecewiseLinearEncoder(4).fit(X, sample_weight=weight)
    alone = PiecewiseLinearEncoder(4).fit(X[X[:, 0] > 0])
    for mine, theirs in zip(encoder.knots_[:2], alone.knots_[:2], strict=True):
        np.testing.assert_allclose(mine, theirs)


def test_names_say_column_and_bin():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    encoder = PiecewiseLinearEncoder(2).set_output(transform="pandas").fit(frame)
    found = encoder.transform(frame)
    assert list(found) == ["a_bin0", "a_bin1", "b_bin0", "b_bin1", "c"]
    np.testing.assert_array_equal(found["c"], frame["c"])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"n_bins": 0}, "'n_bins' parameter"),
        ({"knots": "uniform"}, "'knots' parameter"),
        ({"knots": [[0, 1]]}, "one array for each of the 3 columns of X; got 1"),
        ({"knots": [[0, 1], [1, 1], [0, 1]]}, "strictly increasing .* for column 1"),
        ({"knots": [[0, 1], [1], [0, 1]]}, "at least two .* for column 1"),
        ({"min_distinct": 1}, "'min_distinct' parameter"),
    ],
)
def test_wrong_arguments_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        PiecewiseLinearEncoder(**settings).fit(X)


def test_sparse_and_missing_numbers_are_refused():
    with pytest.raises(TypeError, match=r"[Ss]parse"):
        PiecewiseLinearEncoder().fit(sparse.csr_matrix(X))
    missing = X.copy()
    missing[3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        PiecewiseLinearEncoder().fit(missing)


def test_the_inverse_names_a_wrong_number_of_columns():
    encoder = PiecewiseLinearEncoder(2).fit(X)
    with pytest.raises(ValueError, match="must have the 5 columns that transform returns; got 3"):
        encoder.inverse_transform(X)
