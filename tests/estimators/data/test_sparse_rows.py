"""Sparse samples: bit-identical to dense ones, with only one batch dense at a time."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp
import torch

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.refusals import check_refused

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 6)) * (rng.random(size=(50, 6)) < 0.4)
Y = np.arange(50) % 3
FAST = {"max_epochs": 3, "batch_size": 16, "random_state": 0}
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
FORMATS = ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"]


def weights(mlp):
    return torch.cat([p.detach().flatten() for p in mlp.module_.parameters()])


def assert_same_fit(one, other):
    assert torch.equal(weights(one), weights(other))
    assert one.history_.keys() == other.history_.keys()
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])


@pytest.fixture
def densified(monkeypatch):
    """Return the shapes of all sparse parts that are made dense."""
    shapes = []

    def spied(kind):
        toarray = kind.toarray

        def spy(self, *args, **kwargs):
            shapes.append(self.shape)
            return toarray(self, *args, **kwargs)

        return spy

    for kind in (sp.csr_matrix, sp.csr_array, sp.csc_matrix, sp.csc_array):
        monkeypatch.setattr(kind, "toarray", spied(kind))
        monkeypatch.setattr(kind, "todense", None)
    return shapes


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("container", ["matrix", "array"])
@pytest.mark.parametrize("format_", FORMATS)
def test_every_sparse_format_gives_the_bits_of_dense_rows(kind, container, format_):
    rows = getattr(sp, f"{format_}_{container}")(X)
    mlp, dense = kind((4,), **FAST).fit(rows, Y), kind((4,), **FAST).fit(X, Y)
    assert_same_fit(mlp, dense)
    np.testing.assert_array_equal(mlp.predict(rows), dense.predict(X))


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("index", ["int32", "int64"])
@pytest.mark.parametrize("given", ["float32", "float64", "int64", "bool"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_type_of_number_and_index_gives_the_bits_of_dense_rows(kind, index, given, dtype):
    values = X.astype(given)
    rows = sp.csr_array(values)
    rows.indices, rows.indptr = rows.indices.astype(index), rows.indptr.astype(index)
    mlp, dense = (kind((4,), dtype=dtype, **FAST).fit(x, Y) for x in (rows, values))
    assert_same_fit(mlp, dense)
    own, expected = mlp.predict(rows), dense.predict(values)
    np.testing.assert_array_equal(own, expected)
    assert own.dtype == expected.dtype


@KINDS
@pytest.mark.parametrize(
    "params",
    [
        {"early_stopping": True, "validation_fraction": 0.3},
        {"normalization": "batch", "dropout": 0.2, "input_noise": 0.1},
        {"augmentation": "gaussian"},
        {"optimizer": "lbfgs", "batch_size": "auto"},
    ],
    ids=["split", "noise", "augmentation", "lbfgs"],
)
def test_every_way_of_training_gives_the_bits_of_dense_rows(kind, params):
    rows = sp.csr_matrix(X)
    assert_same_fit(*(kind((4,), **FAST | params).fit(x, Y) for x in (rows, X)))


@KINDS
def test_sparse_validation_rows_give_the_values_of_dense_ones(kind):
    for rows, held_out in [(X, sp.csc_array(X)), (sp.csr_matrix(X), X), (sp.coo_array(X),) * 2]:
        mlp, dense = kind((4,), **FAST), kind((4,), **FAST)
        mlp.fit(rows, Y, X_val=held_out, y_val=Y)
        assert_same_fit(mlp, dense.fit(X, Y, X_val=X, y_val=Y))


@KINDS
def test_going_on_with_sparse_rows_gives_the_bits_of_dense_ones(kind):
    params = FAST | {"warm_start": True}
    mlp, dense = kind((4,), **params), kind((4,), **params)
    assert_same_fit(mlp.fit(sp.csr_matrix(X), Y).fit(X, Y), dense.fit(X, Y).fit(X, Y))
    mlp.partial_fit(sp.csc_matrix(X), Y)
    assert_same_fit(mlp, dense.partial_fit(X, Y))


def test_entries_written_twice_are_summed_as_in_the_dense_rows():
    twice = sp.csr_matrix((np.ones(100), np.tile([0, 0, 1, 2], 25), np.arange(0, 101, 4)))
    assert_same_fit(
        *(MLPRegressor((4,), **FAST).fit(x, np.arange(25)) for x in (twice, twice.toarray()))
    )


def test_rows_are_made_dense_a_batch_at_a_time(densified):
    rows = sp.random(3000, 500, 0.01, format="csr", random_state=0)
    mlp = MLPRegressor((4,), max_epochs=1, batch_size=20, early_stopping=True, random_state=0)
    mlp.fit(rows, np.arange(3000))
    assert len(densified) > 2
    gathered = 2**20 // 500
    assert max(n for n, _ in densified) <= gathered


@pytest.mark.slow
def test_predicted_rows_are_made_dense_a_part_at_a_time(densified):
    wide = sp.random(300, 100_000, 1e-4, format="csr", random_state=0)
    mlp = MLPRegressor((2,), max_epochs=1, batch_size=10).fit(wide[:10], np.arange(10))
    densified.clear()
    whole = mlp.predict(wide)
    assert sum(n for n, _ in densified) == 300
    assert max(n for n, _ in densified) < 50
    np.testing.assert_allclose(whole[:7], mlp.predict(wide[:7]))


@pytest.mark.slow
def test_memory_stays_far_below_that_of_the_dense_rows():
    n_rows, n_features = 2000, 20_000
    rows = sp.random(n_rows, n_features, 1e-3, format="csr", random_state=0)
    mlp = MLPRegressor((2,), max_epochs=1, batch_size=20, early_stopping=True, random_state=0)
    mlp.fit(rows[:40], np.arange(40))
    tracemalloc.start()
    mlp.fit(rows, np.arange(n_rows)).predict(rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < n_rows * n_features * 4 / 2


@KINDS
@pytest.mark.parametrize(
    ("bad", "words"),
    [(np.nan, ["X", "NaN"]), (-np.inf, ["X", "inf"]), (-1e300, ["X of", "1e+300"])],
)
def test_bad_stored_values_are_refused(kind, bad, words):
    rows = sp.csr_matrix(np.where(np.arange(50)[:, None] == 7, bad, X)[:, :3])
    check_refused(kind((4,)), words, rows, Y)
    words = [words[0].replace("X", "X_val"), *words[1:]]
    check_refused(kind((4,)), words, X[:, :3], Y, X_val=rows, y_val=Y)


def test_other_numbers_of_features_are_refused_in_predict():
    mlp = MLPClassifier((4,), max_epochs=1).fit(sp.csr_matrix(X), Y)
    with pytest.raises(ValueError, match="X has 5 features"):
        mlp.predict(sp.csr_matrix(X[:, :5]))


def test_a_frame_of_sparse_columns_is_sparse_rows(densified):
    pandas = pytest.importorskip("pandas")
    names = list("abcdef")
    frame = pandas.DataFrame.sparse.from_spmatrix(sp.csr_matrix(X), columns=names)
    mlp = MLPClassifier((4,), **FAST).fit(frame, Y)
    assert densified
    assert mlp.feature_names_in_.tolist() == names
    densified.clear()
    predictions = mlp.predict_proba(frame)
    assert densified
    dense = MLPClassifier((4,), **FAST).fit(X, Y)
    assert_same_fit(mlp, dense)
    np.testing.assert_array_equal(predictions, dense.predict_proba(X))
