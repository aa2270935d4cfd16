"""Arrays on disk: bit-identical results, with only one batch in memory at a time."""

import re
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from tests._support.refusals import check_refused

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 6))
Y = np.arange(50) % 3
FAST = {"max_epochs": 3, "batch_size": 16, "random_state": 0}
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])

IN_LITTLE_MEMORY = """
import resource
import sys

import numpy as np

from sklearn_deep import MLPRegressor

rows = np.load(sys.argv[1], mmap_mode="r")
y = np.arange(len(rows)) / len(rows)
mlps = [MLPRegressor((4,), max_epochs=1, early_stopping=split) for split in (False, True)]
for mlp in mlps:
    mlp.fit(rows[:2000], y[:2000]).predict(rows[:5000])
status = dict(line.split(":") for line in open("/proc/self/status") if ":" in line)
used = 1024 * int(status["VmData"].split()[0])
resource.setrlimit(resource.RLIMIT_DATA, (used + rows.nbytes // 2,) * 2)
try:
    rows + 0
    sys.exit("a copy of the rows fits, so this shows nothing")
except MemoryError:
    for mlp in mlps:
        mlp.fit(rows, y).predict(rows)
"""


def weights(mlp):
    return torch.cat([p.detach().flatten() for p in mlp.module_.parameters()])


def assert_same_fit(one, other):
    assert torch.equal(weights(one), weights(other))
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])


def on_disk(array, folder, order="C", mode="r"):
    path = folder / f"{id(array)}"
    written = np.memmap(path, array.dtype, "w+", shape=array.shape, order=order)
    written[:] = array
    written.flush()
    return np.memmap(path, array.dtype, mode, shape=array.shape, order=order)


def loaded(array, folder, order="C", mode="r"):
    np.save(folder / "array.npy", np.asarray(array, order=order))
    return np.load(folder / "array.npy", mmap_mode=mode)


def zeros(shape, dtype, folder):
    np.lib.format.open_memmap(folder / "zeros.npy", "w+", dtype, shape)
    return np.load(folder / "zeros.npy", mmap_mode="r")


def seen_through_an_array(array, folder, order="C", mode="r"):
    return np.asarray(on_disk(array, folder, order, mode))


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("stored", [on_disk, loaded, seen_through_an_array])
@pytest.mark.parametrize("given", ["float32", "float64"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("mode", ["r", "c"])
def test_rows_on_disk_give_the_bits_of_rows_in_memory(kind, stored, given, order, mode, tmp_path):
    values = X.astype(given)
    rows = stored(values, tmp_path, order, mode)
    mlp = kind((4,), early_stopping=True, validation_fraction=0.3, **FAST).fit(rows, Y)
    expected = kind((4,), early_stopping=True, validation_fraction=0.3, **FAST).fit(values, Y)
    assert_same_fit(mlp, expected)
    np.testing.assert_array_equal(mlp.predict(rows), expected.predict(values))


SOME = np.where(np.arange(50) % 4 == 0, -1, Y)
SMALL = {"n_components": 2, "encoder_layer_sizes": (4,), **FAST}
AUTOENCODERS = {
    "alone": (AutoencoderTransformer(**SMALL), None),
    "alone, cross-entropy": (AutoencoderTransformer(loss="binary_cross_entropy", **SMALL), None),
    "classes": (JointAEClassifier(unlabeled_value=-1, **SMALL), SOME),
    "numbers": (JointAERegressor(**SMALL), np.where(SOME < 0, np.nan, X[:, 0])),
}


@pytest.mark.slow
@pytest.mark.parametrize("augmentation", [None, "gaussian", "mixup"])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("name", AUTOENCODERS)
def test_an_autoencoder_has_the_bits_of_rows_in_memory(
    name, augmentation, early_stopping, tmp_path
):
    kind, y = AUTOENCODERS[name]
    values = (X - X.min()) / (X.max() - X.min())
    rows = on_disk(values, tmp_path)
    settings = {"augmentation": augmentation, "early_stopping": early_stopping}
    settings |= {"input_noise": "masking", "validation_fraction": 0.3}
    one, other = (clone(kind).set_params(**settings).fit(given, y) for given in (rows, values))
    assert_same_fit(one, other)
    for method in ("transform", "reconstruct", "score_samples"):
        found, expected = getattr(one, method)(rows), getattr(other, method)(values)
        np.testing.assert_array_equal(found, expected)


def test_an_autoencoder_allocates_far_less_than_the_rows(tmp_path):
    rows = zeros((20_000, 400), "float32", tmp_path)
    autoencoder = AutoencoderTransformer(
        2, encoder_layer_sizes=(4,), max_epochs=1, loss="binary_cross_entropy", random_state=0
    )
    autoencoder.fit(rows[:200])
    tracemalloc.start()
    autoencoder.fit(rows).score_samples(rows)
    autoencoder.transform(rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < rows.nbytes / 3


@KINDS
def test_every_other_argument_may_lie_on_disk_too(kind, tmp_path):
    arrays = [X, Y, rng.uniform(size=50), X + 1, Y, rng.uniform(size=50)]
    names = ["X", "y", "sample_weight", "X_val", "y_val", "sample_weight_val"]
    stored = [on_disk(array, tmp_path) for array in arrays]
    mlp, expected = (
        kind((4,), **FAST).fit(**dict(zip(names, values, strict=True)))
        for values in (stored, arrays)
    )
    assert_same_fit(mlp, expected)


@KINDS
@pytest.mark.parametrize("part", [slice(10, 40), slice(None, None, -1), slice(None, None, 2)])
def test_views_of_rows_on_disk_give_the_bits_of_rows_in_memory(kind, part, tmp_path):
    mlp = kind((4,), **FAST).fit(on_disk(X, tmp_path)[part], Y[part])
    assert_same_fit(mlp, kind((4,), **FAST).fit(X[part], Y[part]))


TYPES = ["float16", "longdouble", ">f4", ">f8", "int8", "uint8", "int64", "bool"]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("given", TYPES)
def test_other_types_on_disk_are_trained_on_as_in_memory(given, order, tmp_path):
    values = (1e3 * X).astype("int64") << 40 if given == "int64" else (4 * abs(X)).astype(given)
    rows = on_disk(values, tmp_path, order)
    for dtype in ("float32", "float64"):
        mlp, expected = (
            MLPRegressor((4,), dtype=dtype, **FAST).fit(samples, Y, X_val=samples, y_val=Y)
            for samples in (rows, values)
        )
        assert_same_fit(mlp, expected)
        found = mlp.predict(rows)
        np.testing.assert_array_equal(found, expected.predict(values))
        assert found.dtype == expected.predict(values).dtype


@pytest.mark.parametrize("given", ["float16", "uint8"])
def test_other_types_on_disk_are_encoded_as_in_memory(given, tmp_path):
    values = (100 * abs(X)).astype(given)
    rows = on_disk(values, tmp_path)
    one, other = (AutoencoderTransformer(**SMALL).fit(samples) for samples in (rows, values))
    assert_same_fit(one, other)
    for method in ("transform", "reconstruct", "score_samples"):
        found, expected = getattr(one, method)(rows), getattr(other, method)(values)
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype


def test_rows_on_disk_are_not_written_to(tmp_path):
    rows = on_disk(X, tmp_path, mode="r+")
    MLPClassifier((4,), augmentation="mixup", input_noise=0.1, **FAST).fit(rows, Y).predict(rows)
    np.testing.assert_array_equal(rows, X)


def test_bad_values_on_disk_are_refused(tmp_path):
    for bad, words in [(np.nan, ["X", "NaN"]), (-1e300, ["X of", "1e+300", "float32"])]:
        rows = on_disk(np.where(np.arange(50)[:, None] == 49, bad, X)[:, :3], tmp_path)
        check_refused(MLPClassifier((4,)), words, rows, Y)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("given", ["float16", "float32", ">f8"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_message_about_bad_values_on_disk_is_that_for_values_in_memory(
    bad, given, order, tmp_path
):
    values = np.array(np.where(np.arange(50)[:, None] == 49, bad, X), given, order=order)
    mlp = MLPClassifier((4,), **FAST).fit(X, Y)
    for call in (lambda rows: MLPClassifier((4,)).fit(rows, Y), mlp.predict):
        with pytest.raises(ValueError, match="Input X contains") as expected:
            call(values)
        with pytest.raises(ValueError, match=re.escape(str(expected.value))):
            call(on_disk(values, tmp_path, order))


@pytest.mark.slow
# Bytes per value that may be allocated; a copy in float32 or float64 takes far more.
@pytest.mark.parametrize(
    ("given", "most"), [("float32", 1.33), ("float64", 2.67), ("float16", 2), ("uint8", 2)]
)
@pytest.mark.parametrize("split", [False, True])
def test_fit_and_predict_allocate_far_less_than_the_rows(given, most, split, tmp_path):
    rows = zeros((40_000, 400), given, tmp_path)
    mlp = MLPRegressor((4,), max_epochs=1, early_stopping=split, random_state=0)
    mlp.fit(rows[:200], np.arange(200))
    y = np.linspace(0, 1, len(rows))
    tracemalloc.start()
    mlp.fit(rows, y).predict(rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < most * rows.size


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are the system's own")
def test_fit_and_predict_work_where_a_copy_of_the_rows_does_not_fit(tmp_path):
    zeros((40_000, 400), "float64", tmp_path)
    code = [sys.executable, "-c", IN_LITTLE_MEMORY, str(tmp_path / "zeros.npy")]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


@pytest.mark.slow
def test_a_search_on_all_cores_finds_what_one_core_finds():
    rows = rng.normal(size=(1500, 100))  # more than 1 MB, above which joblib maps arrays to disk
    y = (rows[:, 0] > 0).astype(int)
    mlp = MLPClassifier((4,), max_epochs=2, random_state=0)
    grid = {"learning_rate": [1e-3, 1e-2]}
    one, two = (
        GridSearchCV(mlp, grid, cv=2, n_jobs=n_jobs, error_score="raise").fit(rows, y)
        for n_jobs in (1, 2)
    )
    assert_same_fit(two.best_estimator_, one.best_estimator_)
    for name in ("split0_test_score", "split1_test_score"):
        np.testing.assert_array_equal(one.cv_results_[name], two.cv_results_[name])
