"""``fit`` warns about samples with an unsuitable scale, and only about those."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, random_array
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import check_random_state

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
    ScaleWarning,
)
from sklearn_deep.estimators._doubts.scale import off_scale, some_samples
from sklearn_deep.training import LazyRows
from tests._support.for_all import for_all

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
Y = rng.integers(2, size=60)
FAST = {"max_epochs": 1, "early_stopping": None, "random_state": 0}
FIVE = [
    MLPClassifier((4,), **FAST),
    MLPRegressor((4,), **FAST),
    AutoencoderTransformer(2, encoder_layer_sizes=(4,), **FAST),
    JointAEClassifier(2, encoder_layer_sizes=(4,), **FAST),
    JointAERegressor(2, encoder_layer_sizes=(4,), **FAST),
]
MLP = FIVE[0]


def warnings_of(call):
    """Return the scale warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [w for w in caught if w.category is ScaleWarning]


def warns(samples, y=None, **validation):
    y = np.arange(samples.shape[0]) % 2 if y is None else y
    return bool(warnings_of(lambda: MLPRegressor((2,), **FAST).fit(samples, y, **validation)))


def with_column(values):
    """Return samples of a good scale whose second column has these values."""
    samples = np.random.default_rng(1).normal(size=(len(values), 3))
    samples[:, 1] = values
    return samples


@pytest.mark.parametrize("estimator", FIVE, ids=lambda e: type(e).__name__)
def test_every_estimator_warns_once_at_the_line_that_fits(estimator):
    for call in (lambda: estimator.fit(1e6 * X, Y), lambda: estimator.fit(X + 100, Y)):
        (warning,) = warnings_of(call)
        assert warning.filename == __file__
        assert str(warning.message).startswith(f"{type(estimator).__name__} got X with columns")
        assert "StandardScaler" in str(warning.message)
    assert warnings_of(lambda: estimator.fit(X, Y)) == []


NORMAL = rng.normal(size=400)
SIGNS = np.tile([-1.0, 1.0], 200)


@for_all(
    ("values", "expected"),
    [
        (NORMAL, False),
        (SIGNS * 9.99, False),
        (SIGNS * 10.01, True),  # the standard deviation
        (SIGNS + 9.99, False),
        (SIGNS + 10.01, True),  # the mean
        (SIGNS - 10.01, True),
        (SIGNS * 1.01e-3, False),
        (SIGNS * 0.99e-3, True),
        (0.5 + SIGNS * 1e-6, False),  # in [0, 1]
        (1.001 + SIGNS * 1e-6, True),
        (1e9 + NORMAL, True),  # constant in float32
        (np.full(400, 1e6), False),  # constant
        (np.where(np.arange(400) == 7, 1.0, 0.0), False),  # a rare indicator
        (np.where(np.arange(400) == 7, 1e-3, 0.0), False),
        (np.where(np.arange(400) == 7, -1e-3, 0.0), True),
        (np.where(np.arange(400) == 7, 150.0, 0.0), False),  # one outlier
        (NORMAL * 1e300, True),
        (SIGNS * 1.7e308, True),
    ],
)
@for_all("dtype", ["float32", "float64"])
def test_mean_and_standard_deviation_of_a_column_decide(values, expected, dtype):
    samples = with_column(values)
    if np.abs(samples).max() > 1e38 and dtype == "float32":
        pytest.skip("too large for float32")
    estimator = MLPRegressor((2,), dtype=dtype, **FAST)
    with np.errstate(all="ignore"):
        assert bool(warnings_of(lambda: estimator.fit(samples, SIGNS))) is expected


@for_all("seed", range(20))
def test_the_rule_is_the_formula_at_any_scale(seed):
    rng = np.random.default_rng(seed)
    samples = 10 ** rng.uniform(-5, 3, 6) * rng.normal(size=(50, 6)) + rng.choice([0, 0.5, 12], 6)
    mean, std = np.abs(samples.mean(0)), samples.std(0)
    unit = (samples.min(0) >= 0) & (samples.max(0) <= 1)
    off = np.flatnonzero((mean > 10) | (std > 10) | ((std < 1e-3) & ~unit))
    for given in (samples, csr_matrix(samples)):
        told = warnings_of(lambda given=given: MLP.fit(given, np.arange(50) % 2))
        assert len(told) == bool(len(off))
        for column in off[:3]:
            assert f"{column} (mean" in str(told[0].message)
        if len(off) > 3:
            assert f"and {len(off) - 3} more" in str(told[0].message)


def test_what_is_on_scale_by_nature_does_not_warn():
    words = ["a b", "b c c", "a d", "e f g"] * 10
    assert not warns(TfidfVectorizer(token_pattern=r"\w").fit_transform(words))
    assert not warns(OneHotEncoder().fit_transform(rng.integers(30, size=(200, 2))))
    assert not warns(rng.integers(256, size=(50, 64)) / 255)
    assert not warns(X[:1], Y[:1])
    assert warns(rng.integers(256, size=(50, 64)))


def test_sparse_samples_are_judged_with_their_zeros_and_pointed_to_a_scaler_that_keeps_them():
    few = random_array((500, 4), density=0.01, rng=rng, format="csr")
    few.data[:] = 50.0  # mean 0.5, standard deviation 5
    assert not warns(few)
    few.data[:] = 500.0
    (warning,) = warnings_of(lambda: MLP.fit(few, np.arange(500) % 2))
    assert "StandardScaler(with_mean=False)" in str(warning.message)


def test_columns_are_named_as_the_data_frame_names_them():
    frame = pd.DataFrame(X, columns=["age", "income", "zip"]).assign(income=1e4 * X[:, 1])
    (warning,) = warnings_of(lambda: MLP.fit(frame, Y))
    assert "not scaled: 'income' (mean" in str(warning.message)
    assert "'age'" not in str(warning.message)


def test_at_most_10_000_samples_are_read_from_disk(tmp_path, monkeypatch):
    on_disk = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", np.float32, (40_000, 2))
    on_disk[:] = 0
    on_disk[::2, 1] = 100  # a periodic pattern must not hide it
    read = []
    taken = np.memmap.__getitem__
    monkeypatch.setattr(
        np.memmap, "__getitem__", lambda self, key: read.append(key) or taken(self, key)
    )
    found = off_scale(some_samples(LazyRows(on_disk)))
    assert found.columns.tolist() == [1]
    assert found.means[0] == pytest.approx(50, abs=2)
    (index,) = read
    assert len(index) == 10_000 == len(set(index.tolist()))


def test_no_generator_moves_and_the_same_samples_are_judged_again():
    samples = np.repeat([[0.0], [21.0]], 10_100, axis=0)[rng.permutation(20_200)]
    before = check_random_state(None).get_state()[1].copy()
    first, second = (warnings_of(lambda: MLP.fit(samples, np.arange(20_200) % 2)) for _ in "ab")
    assert [str(w.message) for w in first] == [str(w.message) for w in second]
    assert (check_random_state(None).get_state()[1] == before).all()


def test_behind_a_scaler_nothing_warns_and_before_it_everything():
    assert warnings_of(lambda: make_pipeline(StandardScaler(), MLP).fit(1e6 * X + 1e3, Y)) == []
    (warning,) = warnings_of(lambda: make_pipeline("passthrough", MLP).fit(1e6 * X, Y))
    assert warning.filename == __file__


@pytest.mark.parametrize("estimator", FIVE, ids=lambda e: type(e).__name__)
def test_validation_samples_that_are_not_scaled_warn_in_a_pipeline(estimator):
    pipeline = make_pipeline(StandardScaler(), estimator)
    step = pipeline.steps[-1][0]
    validation = {f"{step}__X_val": 50 * X, f"{step}__y_val": Y}
    if isinstance(estimator, AutoencoderTransformer):
        del validation[f"{step}__y_val"]
    (warning,) = warnings_of(lambda: pipeline.fit(50 * X, Y, **validation))
    assert "got X_val far outside the range of X, in columns 0, 1, 2." in str(warning.message)
    assert "StandardScaler" in str(warning.message)
    assert warning.filename == __file__


@pytest.mark.parametrize("kind", [np.asarray, csr_matrix])
@pytest.mark.parametrize(
    ("share", "value", "expected"),
    [(0.05, 99.0, False), (0.06, 99.0, True), (0.06, -99.0, True), (0.5, 2.9, False)],
)
def test_more_than_a_twentieth_of_a_column_far_outside_warns(kind, share, value, expected):
    # Training values are in [-1, 1]. The accepted range, widened by their range, is [-3, 3].
    samples = with_column(np.clip(NORMAL, -1, 1))
    validation = with_column(np.where(np.arange(400) < share * 400, value, 0.0))
    given = {"X_val": kind(validation), "y_val": np.arange(400) % 2}
    assert warns(kind(samples), **given) is expected


def test_zeros_that_are_not_stored_may_lie_outside():
    samples = with_column(5 + 0.1 * NORMAL)
    validation = with_column(np.zeros(400))
    assert warns(csr_matrix(samples), X_val=csr_matrix(validation), y_val=np.arange(400) % 2)


def test_a_column_that_is_constant_in_training_has_no_range():
    samples, validation = with_column(np.zeros(400)), with_column(np.ones(400))
    assert not warns(samples, X_val=validation, y_val=np.arange(400) % 2)
    assert not warns(X[:1], Y[:1], X_val=X, y_val=Y)


def test_samples_and_validation_samples_share_one_warning():
    # X has an unsuitable scale, and X_val is far from it.
    (warning,) = warnings_of(lambda: MLP.fit(X + 100, Y, X_val=-X, y_val=Y))
    assert "got X with columns" in str(warning.message)
    assert "got X_val far outside" in str(warning.message)


def test_the_first_partial_fit_warns_alone():
    estimator = MLPClassifier((4,), random_state=0)
    assert len(warnings_of(lambda: estimator.partial_fit(50 * X, Y, classes=[0, 1]))) == 1
    assert warnings_of(lambda: estimator.partial_fit(50 * X, Y)) == []
    assert len(warnings_of(lambda: estimator.fit(50 * X, Y))) == 1


def test_as_an_error_it_leaves_the_estimator_unfitted():
    estimator = MLPClassifier((4,), **FAST)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ScaleWarning)
        with pytest.raises(ScaleWarning, match="not scaled"):
            estimator.fit(50 * X, Y)
    assert not hasattr(estimator, "history_")


def test_fits_of_scikit_learn_warn_each_at_the_users_line():
    told = warnings_of(lambda: cross_val_score(MLP, 50 * X, Y, cv=3))
    assert [w.filename for w in told] == [__file__] * 3
