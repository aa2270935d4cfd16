"""Properties of all three autoencoders: weights, codes, data frames, copies, calls in parts."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, JointAERegressor

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 5))
CLASSES = np.where(np.arange(40) % 4 == 0, -1, rng.integers(3, size=40))
NUMBERS = np.where(CLASSES < 0, np.nan, X[:, 0])
NAMES = list("abcde")
SMALL = {"n_components": 2, "encoder_layer_sizes": (4,), "max_epochs": 3, "random_state": 0}
THREE = pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (AutoencoderTransformer(**SMALL), None),
        (JointAEClassifier(unlabeled_value=-1, **SMALL), CLASSES),
        (JointAERegressor(**SMALL), NUMBERS),
    ],
    ids=["alone", "classes", "numbers"],
)


def weights(estimator):
    return torch.cat([p.detach().flatten() for p in estimator.module_.parameters()])


@THREE
@pytest.mark.parametrize("settings", [{}, {"penalty": ["code_l1", "l2"]}, {"optimizer": "lbfgs"}])
def test_a_row_of_weight_2_is_a_row_twice(estimator, y, settings):
    times = rng.integers(4, size=40)
    rows = np.repeat(np.arange(40), times)
    settings = {"dtype": "float64", "max_epochs": 15, "batch_size": 200} | settings
    weighted = clone(estimator).set_params(**settings).fit(X, y, sample_weight=times)
    repeated = clone(estimator).set_params(**settings).fit(X[rows], None if y is None else y[rows])
    torch.testing.assert_close(weights(weighted), weights(repeated))
    for name in weighted.history_.keys() - {"seconds"}:
        np.testing.assert_allclose(weighted.history_[name], repeated.history_[name])
    np.testing.assert_allclose(
        weighted.score(X, y, sample_weight=times),
        repeated.score(X[rows], None if y is None else y[rows]),
    )


@THREE
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_codes_of_the_rows_of_the_fit_are_what_fit_transform_returned(estimator, y, dtype):
    rows = X.astype(dtype)
    fitted = clone(estimator)
    codes = fitted.fit_transform(rows, y)
    assert codes.dtype == dtype
    np.testing.assert_array_equal(fitted.transform(rows), codes)
    # Products of other shapes are rounded differently.
    tolerance = 20 * np.finfo(dtype).eps
    for k in (1, 2, 7):
        np.testing.assert_allclose(fitted.transform(rows[:k]), codes[:k], rtol=0, atol=tolerance)


@THREE
@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("output", ["code", "reconstruction"])
def test_codes_and_reconstructions_are_frames_on_request(estimator, y, library, output):
    if output == "reconstruction" and y is not None:
        pytest.skip("transform of an autoencoder with a head returns codes")
    frames = pytest.importorskip(library)
    frame = frames.DataFrame({name: X[:, i] for i, name in enumerate(NAMES)})
    settings = {} if output == "code" else {"output": output}
    fitted = clone(estimator).set_params(**settings).set_output(transform=library).fit(frame, y)
    prefix = type(estimator).__name__.lower()
    names = [f"{prefix}0", f"{prefix}1"] if output == "code" else NAMES
    assert fitted.get_feature_names_out().tolist() == names
    plain = clone(fitted).set_output(transform="default").fit_transform(frame, y)
    assert isinstance(plain, np.ndarray)
    for returned in (fitted.transform(frame), clone(fitted).fit_transform(frame, y)):
        assert isinstance(returned, frames.DataFrame)
        assert list(returned.columns) == names
        np.testing.assert_array_equal(returned.to_numpy(), plain)


@THREE
def test_copies_do_what_the_original_does(estimator, y):
    fitted = clone(estimator).set_params(input_noise="masking", penalty="contractive").fit(X, y)
    loaded, again = pickle.loads(pickle.dumps(fitted)), clone(fitted).fit(X, y)
    for copied in (loaded, again):
        assert torch.equal(weights(copied), weights(fitted))
        for method in ("transform", "reconstruct", "score_samples"):
            np.testing.assert_array_equal(getattr(copied, method)(X), getattr(fitted, method)(X))


@THREE
def test_a_print_shows_what_was_set(estimator, y):
    text = "".join(repr(estimator).split())
    assert text.startswith(f"{type(estimator).__name__}(encoder_layer_sizes=(4,)")
    again = eval(text, {type(estimator).__name__: type(estimator), "nan": np.nan})
    assert repr(again) == repr(estimator)


@THREE
def test_calls_of_partial_fit_are_the_epochs_of_a_fit(estimator, y):
    parts = clone(estimator).set_params(batch_size=15)
    if y is not None:  # because fit divides a loss by the proportion of labeled samples
        y = np.where(CLASSES < 0, 0, y)
        parts.set_params(unlabeled_value=None)
    classes = {"classes": [0, 1, 2]} if isinstance(parts, JointAEClassifier) else {}
    for _ in range(3):
        parts.partial_fit(X, y, **classes)
    whole = clone(parts).fit(X, y)
    assert torch.equal(weights(parts), weights(whole))
    assert parts.n_epochs_ == 3
    for name in whole.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(parts.history_[name], whole.history_[name])
