"""Public calls leave the process unchanged, and settings of the user do not affect training."""

import pickle
import random
import warnings
from concurrent.futures import ThreadPoolExecutor

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from sklearn_deep import (
    AutoencoderTransformer,
    MLPClassifier,
    MLPRegressor,
    inspection,
    load,
    save,
)
from sklearn_deep.ensemble import DeepEnsembleClassifier
from sklearn_deep.inspection import bias_variance_report
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, BiasVarianceTuner

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(90, 4)), np.arange(90) % 3
FAST = {"max_epochs": 2, "batch_size": 16, "random_state": 0, "early_stopping": None}
MLP = MLPClassifier((8,), dropout=0.2, **FAST)
FITTED = MLPClassifier((8,), **FAST).fit(X, Y)


def state():
    """Return all state that a call must leave unchanged."""
    return {
        "random": random.getstate(),
        "numpy": str(np.random.mtrand._rand.get_state(legacy=False)),
        "torch": torch.get_rng_state().tolist(),
        "threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
        "pools": sorted((lib["filepath"], lib["num_threads"]) for lib in threadpool_info()),
        "dtype": torch.get_default_dtype(),
        "grad": (torch.is_grad_enabled(), torch.is_inference_mode_enabled()),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "precision": torch.get_float32_matmul_precision(),
        "filters": list(warnings.filters),
        "errors": np.geterr(),
        "matplotlib": dict(matplotlib.rcParams),
        "interactive": matplotlib.is_interactive(),
    }


def bad_fit():
    with pytest.raises(ValueError, match="NaN"):
        MLPClassifier((8,), **FAST).fit(np.where(X > 2, np.nan, X), Y)


def failing_callback():
    def fail(*_):
        raise RuntimeError("a scorer of the user's")

    from sklearn_deep.stopping import EarlyStopping

    with pytest.raises(ValueError, match="a scorer of the user's"):
        MLPClassifier((8,), **FAST | {"early_stopping": EarlyStopping(fail)}).fit(X, Y)


def pictures():
    """Draw one Display of each kind, and fail to draw another."""
    search = BatchedRandomizedSearchCV(MLP, SPACE, n_iter=2, cv=2, random_state=0).fit(X, Y)
    encoder = AutoencoderTransformer(2, **FAST).fit(X)
    inspection.BiasVarianceDisplay.from_estimator(MLP, X, Y, cv=2)
    inspection.CodeDisplay.from_estimator(encoder, X, Y)
    inspection.ParallelCoordinatesDisplay.from_search(search)
    inspection.ReconstructionDisplay.from_estimator(encoder, X, image_shape=(2, 2))
    inspection.SearchResultsDisplay.from_search(search)
    inspection.SearchStagesDisplay.from_search(search)
    inspection.SignalPropagationDisplay.from_estimator(FITTED, X, Y)
    inspection.TrainingCurveDisplay.from_estimator(FITTED)
    inspection.WeightImageDisplay.from_estimator(FITTED, (2, 2))
    with pytest.raises(ValueError, match="image_shape"):
        inspection.WeightImageDisplay.from_estimator(FITTED, (3, 2))
    plt.close("all")


SPACE = {"learning_rate": [1e-3, 1e-2]}
CALLS = {
    "fit": lambda: MLPClassifier((8,), dropout=0.2, **FAST).fit(X, Y),
    "fit of float64": lambda: MLPRegressor((8,), dtype="float64", **FAST).fit(X, X[:, 0]),
    "partial_fit": lambda: MLPClassifier((8,), **FAST).partial_fit(X, Y, classes=range(3)),
    "an optimizer of torch": lambda: MLPClassifier((8,), optimizer=torch.optim.ASGD, **FAST).fit(
        X, Y
    ),
    "a module": lambda: MLPClassifier((8,), activation=torch.nn.Mish, **FAST).fit(X, Y),
    "predict_proba": lambda: FITTED.predict_proba(X),
    "autoencoder": lambda: AutoencoderTransformer(2, **FAST).fit(X).transform(X),
    "ensemble": lambda: DeepEnsembleClassifier(MLP, 2, random_state=0).fit(X, Y).predict(X),
    "search": lambda: BatchedRandomizedSearchCV(
        MLP, SPACE, n_iter=2, cv=2, random_state=0, n_jobs=2, ensemble_size=2
    ).fit(X, Y),
    "tuner": lambda: BiasVarianceTuner(MLP, max_fits=8, cv=2, random_state=0).fit(X, Y),
    "report": lambda: bias_variance_report(MLP, X, Y, cv=2),
    "pictures": pictures,
    "an error in X": bad_fit,
    "an error in a scorer": failing_callback,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.filterwarnings("ignore")
def test_a_call_leaves_the_process_as_it_was(call):
    call()  # so that imports of the first call, and thread pools of libraries, already exist
    before = state()
    call()
    assert state() == before


def test_files_leave_the_process_as_it_was(tmp_path):
    save(FITTED, tmp_path / "model.skops")
    load(tmp_path / "model.skops")
    before = state()
    load(tmp_path / "model.skops")
    assert state() == before


def weights(mlp):
    return torch.cat([p.detach().flatten() for p in mlp.module_.parameters()])


def fit():
    return MLPClassifier((8,), dropout=0.2, normalization="batch", **FAST).fit(X, Y)


def squared(z):
    return z.clamp(min=0) ** 2


def by_torch():
    """Fit without compiled code."""
    return MLPClassifier((8,), activation=squared, optimizer=torch.optim.ASGD, **FAST).fit(X, Y)


class Precision:
    """Reduced precision of float32 products."""

    def __enter__(self):
        self.before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("medium")

    def __exit__(self, *_):
        torch.set_float32_matmul_precision(self.before)


class DefaultDtype:
    """Another default dtype of torch."""

    def __enter__(self):
        torch.set_default_dtype(torch.float64)

    def __exit__(self, *_):
        torch.set_default_dtype(torch.float32)


MODES = {
    "autocast": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "precision": Precision,
    "default dtype": DefaultDtype,
    "device": lambda: torch.device("cpu"),
    "meta device": lambda: torch.device("meta"),
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
}


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
@pytest.mark.parametrize("make", [fit, by_torch])
def test_settings_of_torch_do_not_reach_training(mode, make):
    expected = make()
    with mode():
        found = make()
        probabilities = found.predict_proba(X)
        twice = pickle.loads(pickle.dumps(found)).predict_proba(X.astype(np.float32))
    np.testing.assert_array_equal(twice, expected.predict_proba(X.astype(np.float32)))
    assert torch.equal(weights(found), weights(expected))
    np.testing.assert_array_equal(probabilities, expected.predict_proba(X))


def test_predictions_in_several_threads_are_those_of_one():
    parts = np.split(rng.normal(size=(800, 4)), 80)
    expected = [FITTED.predict_proba(part) for part in parts]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(FITTED.predict_proba, parts))
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_fits_in_several_threads_are_those_of_one_after_the_other():
    def fit(seed):
        return weights(MLPClassifier((8,), **FAST | {"random_state": seed}).fit(X, Y))

    expected = [fit(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(fit, range(8)))
    assert all(map(torch.equal, expected, found))
