"""Samples that stay sparse or on disk give bit-identical results to dense ones."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from sklearn_deep.augmentation import GaussianCopies
from sklearn_deep.training import Data, LazyRows, train
from sklearn_deep.training._data.pool import Column
from tests._support.plans import make_data, make_plan, obey, same


@pytest.fixture(params=["sparse", "on disk"])
def lazy(request, tmp_path):
    """Return a function that makes lazy samples of an array."""

    def make(array, **settings):
        if request.param == "sparse":
            return LazyRows(csr_matrix(array), **settings)
        path = tmp_path / f"rows-{len(list(tmp_path.iterdir()))}.npy"
        np.save(path, array)
        return LazyRows(np.load(path, mmap_mode="r"), **settings)

    return make


@pytest.fixture
def array():
    """Return samples half of whose numbers are zero, ``(120, 37)`` float64."""
    chance = np.random.default_rng(0)
    return chance.normal(size=(120, 37)) * (chance.random((120, 37)) < 0.5)


@pytest.fixture
def both(lazy, array):
    """Return a function that makes the same samples, dense and lazy, for each number of samples."""

    def make(lengths, dtype):
        labels = make_data(120, dtype=dtype)
        index = [np.random.default_rng(n).permutation(120)[:n] for n in lengths]
        columns = [[column[rows] for column in labels[1:]] for rows in index]
        source = lazy(array).to(dtype)
        dense = [
            Data(torch.tensor(array[i], dtype=dtype), *c)
            for i, c in zip(index, columns, strict=True)
        ]
        held = [Data(source.take(i), *c) for i, c in zip(index, columns, strict=True)]
        return dense, held

    return make


@pytest.mark.parametrize(
    "augmentation", [None, GaussianCopies(std=0.1, copies=2)], ids=["", "copies"]
)
def test_folds_of_lazy_rows_train_to_the_bits_of_dense_ones(augmentation, structure, both):
    dense, held = both([70, 91, 52], torch.float32)
    settings = {"augmentation": augmentation, "max_epochs": 2, **structure}
    results = [
        [
            train([make_plan(fold, validation=folds[k - 1], seed=k, **settings)])[0]
            for k, fold in enumerate(folds)
        ]
        for folds in (dense, held)
    ]
    assert all(map(same, *results))


def test_members_with_lazy_rows_train_as_each_alone(structure, both):
    _, held = both([70, 91, 52], torch.float32)
    obey([make_plan(fold, validation=held[0], max_epochs=2, **structure) for fold in held])


def test_only_the_rows_of_some_batches_are_dense_at_once(both, monkeypatch):
    _, held = both([119], torch.float32)
    taken, take = [], LazyRows.__getitem__
    monkeypatch.setattr("sklearn_deep._shared.arithmetic.CHUNK_ELEMENTS", 2 * 32 * 37)
    monkeypatch.setattr(
        LazyRows, "__getitem__", lambda self, rows: taken.append(rows.numel()) or take(self, rows)
    )
    train([make_plan(held[0], max_epochs=3)])
    assert set(taken) == {64}


def test_a_shape_of_row_numbers_becomes_a_shape_of_rows(lazy, array):
    rows = torch.tensor([[3, 0, 3], [119, 5, 7]])
    found = lazy(array, dtype=torch.float64)[rows]
    assert found.dtype == torch.float64
    np.testing.assert_array_equal(found, array[rows])


def test_what_was_read_may_be_written_to_and_the_source_stays(lazy, array):
    rows = lazy(array)
    rows[torch.arange(10)].fill_(7.0)
    np.testing.assert_array_equal(rows[torch.arange(10)], array[:10].astype(np.float32))


def test_taking_rows_of_taken_rows_stays_lazy(lazy, array):
    twice = lazy(array).take(np.arange(60, 120)).take(np.array([5, 1]))
    assert (type(twice), twice.shape, len(twice)) == (LazyRows, (2, 37), 2)
    np.testing.assert_array_equal(twice[torch.arange(2)], array[[65, 61]].astype(np.float32))


def test_the_largest_value_is_found_without_making_anything_dense(lazy, array):
    array[17, 3] = -1e6
    assert lazy(array).largest() == 1e6
    assert lazy(np.zeros((3, 2))).largest() == 0


def test_several_sources_are_one_after_the_other(lazy, array):
    joined = Column.of([lazy(rows) for rows in (array[:50], array[50:53], array)]).values
    rows = torch.tensor([0, 172, 49, 50, 52, 53, 0, 54])
    expected = np.concatenate([array[:50], array[50:53], array])[rows].astype(np.float32)
    assert (len(joined), joined.shape) == (173, (173, 37))
    np.testing.assert_array_equal(joined[rows], expected)
