"""Estimators give the same predictions on a GPU and a CPU, up to rounding; ``make gpu`` runs these tests.

Without a GPU the same code runs on the CPU, with networks stacked as on a GPU.
"""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.base import clone

from sklearn_deep import MLPClassifier, save
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from tests.files.estimators import CLASSES, ESTIMATORS, FAST, SPACE, X, outputs

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
# Candidates of the tuner depend on comparisons of scores, which rounding may change.
NAMES = [name for name in ESTIMATORS if name not in {"encoder", "tuner"}]


@pytest.fixture(params=DEVICES)
def device(request):
    if request.param == "cpu":
        request.getfixturevalue("_stacked")
    return request.param


def quiet(fit, *arguments, **named):
    """Return the result of a fit, ignoring warnings that the test is not about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit(*arguments, **named)


def placed(estimator, device):
    """Return an unfitted copy that trains all networks on the device, in float64."""
    names = estimator.get_params()
    own = {name: device for name in names if name.rpartition("__")[2] == "device"}
    dtypes = {name: "float64" for name in names if name.rpartition("__")[2] == "dtype"}
    return clone(estimator).set_params(**own, **dtypes)


def assert_close(one, other):
    assert one.keys() == other.keys()
    for method, values in one.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(values, other[method], rtol=1e-6, atol=1e-8)
        else:
            np.testing.assert_array_equal(values, other[method])


@pytest.mark.parametrize("name", NAMES)
def test_an_estimator_predicts_what_it_predicts_on_the_cpu(name, device):
    estimator, y = ESTIMATORS[name]
    found = quiet(placed(estimator, device).fit, X, y)
    assert_close(outputs(found), outputs(quiet(placed(estimator, "cpu").fit, X, y)))


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": "lbfgs", "batch_size": "auto"},
        {"optimizer": torch.optim.ASGD},
        {"activation": torch.nn.Mish},
        {"dropout": 0.3, "input_noise": 0.1, "weight_noise": 0.1},
        {"augmentation": "mixup"},
        {"penalty": "max_norm"},
        {"class_weight": "balanced"},
    ],
    ids=str,
)
def test_parameters_mean_the_same_there(params, device):
    mlp = MLPClassifier((8,), dtype="float64", **FAST | params)
    here = quiet(clone(mlp).fit, X, CLASSES)
    there = quiet(clone(mlp).set_params(device=device).fit, X, CLASSES)
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), rtol=1e-6)


@pytest.mark.parametrize("form", ["sparse", "memmap"])
def test_samples_that_are_read_batch_by_batch_train_the_same_network(form, device, tmp_path):
    if form == "sparse":
        samples = sparse.csr_array(X)
    else:
        np.save(tmp_path / "X.npy", X)
        samples = np.load(tmp_path / "X.npy", mmap_mode="r")
    mlp = MLPClassifier((8,), dtype="float64", **FAST)
    here = quiet(clone(mlp).fit, X, CLASSES)
    there = quiet(clone(mlp).set_params(device=device).fit, samples, CLASSES)
    np.testing.assert_allclose(there.predict_proba(samples), here.predict_proba(X), rtol=1e-6)


def test_training_resumes_there(device):
    mlp = MLPClassifier((8,), dtype="float64", warm_start=True, **FAST)
    here, there = clone(mlp), clone(mlp).set_params(device=device)
    for network in (here, there):
        quiet(network.fit, X, CLASSES)
        quiet(network.fit, X, CLASSES)
        network.partial_fit(X[:20], CLASSES[:20])
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), rtol=1e-6)


def test_a_population_that_does_not_fit_is_halved(device, monkeypatch):
    """Raises an error like ``torch.cuda.OutOfMemoryError`` of a large search."""
    from sklearn_deep.training._loop import training

    sizes, start = [], training.Training.__init__

    def crowded(self, plans, *arguments, **named):
        sizes.append(len(plans))
        if len(plans) > 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
        start(self, plans, *arguments, **named)

    mlp = MLPClassifier((4,), dtype="float64", device=device, **FAST)
    search = BatchedRandomizedSearchCV(
        mlp, {"learning_rate": SPACE["learning_rate"]}, n_iter=3, cv=2, random_state=0
    )
    expected = quiet(clone(search).fit, X, CLASSES).cv_results_["mean_test_score"]
    monkeypatch.setattr(training.Training, "__init__", crowded)
    found = quiet(search.fit, X, CLASSES).cv_results_["mean_test_score"]
    assert max(sizes) > 2
    np.testing.assert_allclose(found, expected)


def test_files_load_where_there_is_no_gpu(device, tmp_path):
    expected = {}
    np.save(tmp_path / "X.npy", X)
    for name in ("classifier", "regressor", "ensemble", "search"):
        estimator, y = ESTIMATORS[name]
        fitted = quiet(placed(estimator, device).fit, X, y)
        save(fitted, tmp_path / f"{name}.skops")
        expected[name] = fitted.predict(X)
    script = (
        "import sys, pathlib, numpy, sklearn_deep; folder = pathlib.Path(sys.argv[1]);"
        "X = numpy.load(folder / 'X.npy');"
        "[numpy.save(path.with_suffix('.npy'), sklearn_deep.load(path).predict(X))"
        " for path in folder.glob('*.skops')]"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""})
    for name, values in expected.items():
        found = np.load(tmp_path / f"{name}.npy")
        if values.dtype.kind == "f":
            np.testing.assert_allclose(found, values, rtol=1e-5)
        else:
            np.testing.assert_array_equal(found, values)
