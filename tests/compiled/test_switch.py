"""Compiled code can be turned off, and everything works if it is not available."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep._compiled import switch

ROOT = Path(__file__).parents[2]
X = np.random.default_rng(0).normal(size=(90, 4)).astype(np.float32)
Y = (X[:, 0] > X[:, 1]).astype(int)


def fitted(**parameters):
    estimator = MLPClassifier(
        (7,), batch_size=16, max_epochs=4, early_stopping=None, random_state=0, **parameters
    )
    return estimator.fit(X, Y)


@pytest.fixture
def _off(monkeypatch):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")


@pytest.fixture
def _on(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "1")


@pytest.fixture
def dtypes_asked_for(monkeypatch):
    """Collect the dtypes for which compiled code is requested."""
    asked, interpreter_for = [], switch.interpreter_for

    def asking(dtype):
        asked.append(dtype.name)
        return interpreter_for(dtype)

    monkeypatch.setattr("sklearn_deep.training._compiled.steps.interpreter_for", asking)
    return asked


@pytest.mark.usefixtures("_off")
def test_off_means_that_no_compiled_code_is_asked_for(dtypes_asked_for):
    fitted(dropout=0.2)
    assert not dtypes_asked_for


@pytest.mark.usefixtures("_on")
def test_on_means_that_it_is_asked_for(dtypes_asked_for):
    fitted(dropout=0.2)
    assert dtypes_asked_for == ["float32"]
    MLPRegressor((3,), max_epochs=1, early_stopping=None, dtype="float64").fit(X, X[:, 0])
    assert dtypes_asked_for == ["float32", "float64"]


@pytest.mark.parametrize("parameters", [{}, {"dropout": 0.2, "normalization": "batch"}])
def test_both_ways_give_the_same_losses_but_for_rounding(parameters, monkeypatch):
    pytest.importorskip("numba")
    losses = []
    for value in ("0", "1"):
        monkeypatch.setenv("SKLEARN_DEEP_COMPILED", value)
        losses.append(fitted(**parameters).history_["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-4)


@pytest.mark.usefixtures("_on")
@pytest.mark.parametrize(("verbose", "n_lines"), [(0, 0), (1, 1)])
def test_a_verbose_fit_says_that_it_compiles(verbose, n_lines, monkeypatch, capsys):
    interpreter = switch.interpreter_for(np.dtype("float32"))

    class Entry:
        def loaded(self, dtype, say):
            if say is not None:
                say("Compiling")
            return interpreter

    monkeypatch.setattr(switch, "_LOADED", {})
    monkeypatch.setattr(switch, "_entry", Entry)
    fitted(verbose=verbose)
    assert capsys.readouterr().out.splitlines().count("Compiling") == n_lines


WITHOUT_NUMBA = """
import sys
import warnings
import numpy as np
import sklearn_deep

assert not {"numba", "llvmlite"} & sys.modules.keys()
sys.modules["numba"] = None
from tests.compiled.test_switch import fitted
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    losses = [fitted().history_["loss"] for _ in range(2)]
(warning,) = [w for w in told if "numba cannot be used" in str(w.message)]
assert warning.category is UserWarning
assert warning.filename.endswith("test_switch.py"), warning.filename
assert "pip install numba" in str(warning.message)
assert (losses[0] == losses[1]).all()
"""


def test_without_numba_everything_works_and_one_warning_says_so():
    environment = os.environ | {"SKLEARN_DEEP_COMPILED": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WITHOUT_NUMBA]
    done = subprocess.run(
        command, check=False, env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
