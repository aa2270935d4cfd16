"""``module_`` is a plain torch network, and changing it does not affect the estimator."""

import copy
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import nn

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)

X = np.random.default_rng(0).uniform(size=(178, 5))
Y = np.arange(178) % 3
ROWS = torch.tensor(X, dtype=torch.float32)
TRAINING = {"max_epochs": 2, "random_state": 0, "dropout": 0.1, "weight_noise": 0.1}
NARROW = {"encoder_layer_sizes": (5,), "n_components": 3}
ESTIMATORS = {
    "classifier": MLPClassifier((7, 5), normalization="batch", **TRAINING),
    "regressor": MLPRegressor((7,), normalization="layer", activation="elu", **TRAINING),
    "autoencoder": AutoencoderTransformer(tied_weights=True, **NARROW, **TRAINING),
    "joint classifier": JointAEClassifier(head_layer_sizes=(3,), **NARROW, **TRAINING),
    "logits": AutoencoderTransformer(loss="binary_cross_entropy", **NARROW, **TRAINING),
    "joint logits": JointAEClassifier(
        reconstruction_loss="binary_cross_entropy",
        head_input="reconstruction",
        **NARROW,
        **TRAINING,
    ),
    "counts": MLPRegressor((7,), loss="poisson", **TRAINING),
    "joint regressor": JointAERegressor(head_input="reconstruction", **NARROW, **TRAINING),
}
EACH = pytest.mark.parametrize("name", ESTIMATORS)


def fitted(name, **params):
    return copy.deepcopy(ESTIMATORS[name]).set_params(**params).fit(X, Y)


def predictions(estimator, rows=X):
    """Return predictions and, if there are any, reconstructions of a network."""
    methods = ["decision_function"] if hasattr(estimator, "predict_proba") else []
    methods += ["predict"] if hasattr(estimator, "predict") and not methods else []
    methods += ["reconstruct"] if hasattr(estimator, "reconstruct") else []
    return [getattr(estimator, method)(rows) for method in methods]


def outputs(module, rows=ROWS):
    """Return the results of a module, in the form of ``predictions``."""
    with torch.no_grad():
        found = module(rows)
    found = found if isinstance(found, tuple) else (found,)
    return [out.numpy()[:, 0] if out.shape[1] == 1 else out.numpy() for out in found]


def assert_close(one, other, **tolerance):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


def assert_equal(one, other):
    assert_close(one, other, rtol=0, atol=0)


@contextmanager
def deprecated():
    """Ignore deprecation warnings of torch and other libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@EACH
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_equals_the_predictions(name, dtype):
    estimator, exact = fitted(name, dtype=dtype), dtype == "float64"
    rows = torch.tensor(X, dtype=getattr(torch, dtype))
    found = predictions(estimator, rows.numpy())
    assert_close(outputs(estimator.module_, rows), found, atol=1e-12 if exact else 1e-5)


@EACH
def test_a_trace_of_four_samples_is_exact_at_every_number_of_them(name):
    module = fitted(name).module_
    with deprecated():
        traced = torch.jit.trace(module, ROWS[:4])
    for n in (1, 100, 178):
        assert_equal(outputs(traced, ROWS[:n]), outputs(module, ROWS[:n]))


@pytest.mark.slow
@EACH
def test_it_is_exported_with_a_free_number_of_samples(name):
    module = fitted(name).module_
    free = ({0: torch.export.Dim("n", min=2)},)
    exported = torch.export.export(module, (ROWS[:6],), dynamic_shapes=free).module()
    for n in (2, 178):
        assert_close(outputs(exported, ROWS[:n]), outputs(module, ROWS[:n]), atol=1e-6)


@EACH
def test_its_linear_layers_are_quantized(name):
    module = fitted(name).module_
    with deprecated():
        quantized = torch.ao.quantization.quantize_dynamic(module, {nn.Linear}, dtype=torch.qint8)
        kinds = {type(layer).__module__ for layer in quantized.modules()}
        assert any("quantized" in kind for kind in kinds)
        assert_close(outputs(quantized), outputs(module), atol=0.5)


@EACH
def test_onnx_has_it_with_a_free_number_of_samples(name, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    module, free = fitted(name).module_, ({0: torch.export.Dim("n", min=2)},)
    with deprecated():
        program = torch.onnx.export(module, (ROWS[:6],), dynamo=True, dynamic_shapes=free)
    program.save(tmp_path / "module.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "module.onnx")
    for n in (1, 7, 178):
        found = session.run(None, {session.get_inputs()[0].name: ROWS[:n].numpy()})
        found = [out[:, 0] if out.shape[1] == 1 else out for out in found]
        assert_close(found, outputs(module, ROWS[:n]), atol=1e-5)


class First(nn.Module):
    """The first of several outputs, because shap accepts only one tensor."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        found = self.module(x)
        return found[0] if isinstance(found, tuple) else found


# It does not support layers that compute an exponential.
@pytest.mark.parametrize("name", sorted(ESTIMATORS.keys() - {"counts"}))
def test_shap_explains_it(name):
    shap = pytest.importorskip("shap")
    module = First(fitted(name, normalization=None).module_)
    with deprecated():
        explainer = shap.DeepExplainer(module, ROWS[:50])
        # It checks that its parts sum to the output.
        assert explainer.shap_values(ROWS[:5]).shape[:2] == (5, 5)


def quantize(module):
    with deprecated():
        torch.ao.quantization.quantize_dynamic(module, {nn.Linear}, inplace=True)


CHANGES = {
    "training mode": lambda module: module.train(),
    "half precision": lambda module: module.half(),
    "another layer": lambda module: setattr(module.hidden[0], "activation", nn.Softsign()),
    "quantized": quantize,
}


@pytest.mark.slow
@EACH
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_done_to_it_changes_no_prediction_and_no_warm_start(name, change):
    estimator = fitted(name, warm_start=True)
    before, untouched = predictions(estimator), copy.deepcopy(estimator)
    change(estimator.module_)
    assert_equal(predictions(estimator), before)
    assert_equal(predictions(pickle.loads(pickle.dumps(estimator))), before)
    again = [one.fit(X, Y) for one in (estimator, untouched)]
    assert_equal(*map(predictions, again))


@EACH
def test_weights_that_are_changed_in_place_are_those_of_predictions_and_warm_starts(name):
    estimator = fitted(name, warm_start=True)
    both = [X, X.astype(np.float32)]
    for rows in both:
        predictions(estimator, rows)  # makes the copies
    with torch.no_grad():
        for parameter in estimator.module_.parameters():
            parameter.mul_(1.5)
    changed = outputs(estimator.module_)
    twin = pickle.loads(pickle.dumps(estimator))
    for each in (estimator, twin, copy.deepcopy(estimator)):
        for rows in both:
            assert_close(predictions(each, rows), changed, atol=1e-5)
        tensors = each.module_.state_dict(), each.fit(X, Y).module_.state_dict()
        assert all(torch.isfinite(value).all() for state in tensors for value in state.values())
    assert_equal(predictions(estimator), predictions(twin))


def test_training_it_on_in_plain_torch_is_seen_by_predictions():
    mlp = fitted("regressor")
    before = mlp.predict(X)
    optimizer = torch.optim.Adam(mlp.module_.parameters(), lr=0.1)
    mlp.module_(ROWS).square().mean().backward()
    optimizer.step()
    assert np.abs(mlp.predict(X) - before).max() > 0.01
    assert_close([mlp.predict(X)], outputs(mlp.module_), atol=1e-5)


def test_running_statistics_that_it_gathers_are_seen_by_predictions():
    mlp = fitted("classifier")
    before = mlp.decision_function(X)
    with torch.no_grad():
        mlp.module_.train()(ROWS * 3)
    mlp.module_.eval()
    assert np.abs(mlp.decision_function(X) - before).max() > 1e-3
    assert_close([mlp.decision_function(X)], outputs(mlp.module_), atol=1e-5)


def test_it_is_saved_for_programs_without_this_library():
    mlp = MLPClassifier((4,), normalization="batch", **TRAINING).fit(X, Y)
    assert b"sklearn_deep" not in pickle.dumps(mlp.module_)


def copies(mlp):
    """Return the networks made for predictions, by their dtype."""
    return {dtype: found[1] for dtype, found in mlp._fitted_network._predictors.items()}


def test_the_copy_in_another_dtype_is_made_once_and_left_out_of_pickles_and_copies():
    mlp = fitted("regressor", warm_start=True)
    size = len(pickle.dumps(mlp))
    mlp.predict(X)
    made = copies(mlp)
    mlp.predict(X)
    assert copies(mlp) == made
    assert list(made) == [torch.float64]
    assert abs(len(pickle.dumps(mlp)) - size) < 100
    for twin in (pickle.loads(pickle.dumps(mlp)), copy.deepcopy(mlp), copy.copy(mlp).fit(X, Y)):
        assert not copies(twin)
    assert not copies(mlp.partial_fit(X, Y))


def test_the_weights_are_held_once():
    mlp = fitted("classifier")
    mlp.predict_proba(ROWS.numpy())
    networks = [mlp.module_, mlp.net_.fitted_._network, *copies(mlp).values()]
    places = [{p.data_ptr() for p in network.parameters()} for network in networks]
    assert places[0] == places[1] == places[2]


def test_threads_predict_what_one_does():
    mlp = fitted("classifier")
    rows = [X[:n] for n in range(1, 60)]
    alone = [copy.deepcopy(mlp).predict_proba(part) for part in rows]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(mlp.predict_proba, rows))
    assert_equal(together, alone)


class Drawn(nn.Module):
    """Draws a random number when it is created."""

    def __init__(self):
        super().__init__()
        self.slope = nn.Parameter(torch.rand(()))

    def forward(self, z):
        return self.slope * z.clamp(min=0)


def test_loading_a_module_that_draws_moves_no_generator():
    mlp = fitted("classifier", activation=Drawn)
    state = torch.get_rng_state()
    twin = pickle.loads(pickle.dumps(mlp))
    assert torch.equal(torch.get_rng_state(), state)
    np.testing.assert_array_equal(twin.predict_proba(X), mlp.predict_proba(X))
    assert isinstance(twin.module_.hidden[0].activation, Drawn)


def test_the_network_of_a_prediction_under_inference_mode_serves_later_ones():
    mlp = fitted("regressor")
    with torch.inference_mode():
        inside = mlp.predict(X)
    np.testing.assert_array_equal(mlp.predict(X), inside)
    with torch.inference_mode():
        within = fitted("regressor")
    np.testing.assert_array_equal(within.predict(X), inside)
