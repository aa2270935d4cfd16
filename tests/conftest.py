"""Settings of all tests."""

import gc
import os

# Without it, scikit-learn skips its check that numpy input still works with array API dispatch.
os.environ.setdefault("SCIPY_ARRAY_API", "1")
# If there are several processes, each has one core; more threads than cores triple the time.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from contextlib import suppress

import numpy as np
import pytest
import torch

from sklearn_deep._compiled import Unsupported, announced, interpreter_for, is_on
from sklearn_deep.plugins import _registry
from sklearn_deep.training._plan.grouping import STACKED_ON


def pytest_configure(config):
    """Ignore warnings about scale and convergence, which tiny data cause; tests about them see them."""
    # Not in pyproject.toml, which is read before the variable above is set.
    for warning in (
        "ignore::sklearn_deep.ScaleWarning",
        "ignore:.*has not converged after max_epochs:sklearn.exceptions.ConvergenceWarning",
    ):
        config.addinivalue_line("filterwarnings", warning)
    if not hasattr(config, "workerinput") and is_on():
        _compile()


def _compile():
    """Compile the functions before workers start, because all of them would compile at once."""
    with announced(print), suppress(Unsupported):
        for dtype in ("float32", "float64"):
            interpreter_for(np.dtype(dtype))


def pytest_collection_modifyitems(items):
    """Skip the tests marked ``gpu`` if torch sees no GPU."""
    if not torch.cuda.is_available():
        for item in items:
            if item.get_closest_marker("gpu"):
                item.add_marker(pytest.mark.skip(reason="needs a CUDA GPU"))


def pytest_collection_finish():
    """Exclude imported modules and collected tests from later garbage collections."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _names_registered_in_a_test_are_forgotten(monkeypatch):
    entries = {family: dict(names) for family, names in _registry._ENTRIES.items()}
    monkeypatch.setattr(_registry, "_ENTRIES", entries)


@pytest.fixture
def _stacked(monkeypatch):
    """Make a CPU train populations as a GPU does."""
    monkeypatch.setitem(STACKED_ON, "cpu", lambda device: 2**30)
