"""The autoencoder as a transformer, by itself and before other estimators."""

import pickle

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer

rng = np.random.default_rng(0)
X = rng.uniform(size=(40, 5)).astype(np.float32)
Y = np.arange(40) % 2
NAMES = list("abcde")


def small(n_components=2, **settings):
    numbers = {"encoder_layer_sizes": (4,), "max_epochs": 3, "random_state": 0}
    return AutoencoderTransformer(n_components, **numbers | settings)


def same_weights(one, other):
    mine, theirs = one.module_.state_dict(), other.module_.state_dict()
    return all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.parametrize(("output", "width"), [("code", 2), ("reconstruction", 5)])
def test_a_classifier_learns_from_what_it_returns(output, width):
    pipeline = make_pipeline(small(output=output), LogisticRegression()).fit(X, Y)
    assert pipeline[-1].n_features_in_ == width
    assert pipeline.predict(X).shape == (40,)


def test_a_search_tunes_it_without_labels():
    search = GridSearchCV(small(max_epochs=30), {"n_components": [1, 4]}, cv=2).fit(X)
    assert (search.cv_results_["mean_test_score"] < 0).all()
    assert search.best_score_ == search.cv_results_["mean_test_score"].max()


def test_a_code_has_names_of_its_own_and_a_reconstruction_those_of_the_features():
    estimator = small().fit(X)
    names = ["autoencodertransformer0", "autoencodertransformer1"]
    assert estimator.get_feature_names_out().tolist() == names
    estimator.set_params(output="reconstruction")
    assert estimator.get_feature_names_out(NAMES).tolist() == NAMES


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_it_returns_data_frames(library):
    frames = pytest.importorskip(library)
    frame = frames.DataFrame({name: X[:, i] for i, name in enumerate(NAMES)})
    estimator = small(output="reconstruction").set_output(transform=library).fit(frame)
    returned = estimator.transform(frame)
    assert isinstance(returned, frames.DataFrame)
    assert list(returned.columns) == NAMES


def test_what_it_returns_is_decoded_code():
    estimator = small().fit(X)
    codes = estimator.transform(X)
    assert codes.shape == (40, 2)
    assert codes.dtype == np.float32
    np.testing.assert_array_equal(estimator.inverse_transform(codes), estimator.reconstruct(X))


@pytest.mark.parametrize("width", [1, 5])
def test_codes_of_another_width_are_refused(width):
    with pytest.raises(ValueError, match=r"must have 2 columns, got .*output of transform: codes"):
        small().fit(X).inverse_transform(np.zeros((3, width)))


def test_a_reconstruction_is_its_own_inverse_transform():
    scaler, encoder = StandardScaler(), small(output="reconstruction")
    pipeline = make_pipeline(scaler, encoder).fit(X)
    denoised = pipeline.transform(X)
    np.testing.assert_array_equal(
        pipeline.inverse_transform(denoised), scaler.inverse_transform(denoised)
    )
    with pytest.raises(ValueError, match=rf"must have {X.shape[1]} columns, got 2"):
        encoder.inverse_transform(np.zeros((3, 2)))
    # The inverse transform also works for codes once the parameter ``output`` is "code".
    encoder.set_params(output="code")
    codes = encoder.transform(X)
    np.testing.assert_array_equal(encoder.inverse_transform(codes), encoder.reconstruct(X))


@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy"])
def test_scores_are_minus_the_squared_error_of_a_row(loss):
    estimator = small(loss=loss).fit(X)
    errors = np.square(estimator.reconstruct(X) - X).mean(1)
    np.testing.assert_allclose(estimator.score_samples(X), -errors, rtol=1e-5)
    weight = rng.uniform(size=40)
    expected = -np.average(errors, weights=weight)
    assert estimator.score(X, sample_weight=weight) == pytest.approx(expected, rel=1e-5)


def test_reconstructions_of_cross_entropy_are_probabilities():
    reconstructed = small(loss="binary_cross_entropy").fit(X).reconstruct(100 * X)
    assert ((reconstructed >= 0) & (reconstructed <= 1)).all()


def test_partial_fit_makes_one_epoch_a_call():
    estimator = small().partial_fit(X).partial_fit(X)
    assert estimator.n_epochs_ == 2
    assert same_weights(estimator, small(max_epochs=2).fit(X))


def test_a_warm_start_goes_on():
    estimator = small(warm_start=True).fit(X).fit(X)
    assert estimator.n_epochs_ == 6
    assert same_weights(estimator, small(max_epochs=6).fit(X))


def test_rows_of_weight_zero_are_not_learned_from():
    weight = (np.arange(40) < 20).astype(float)
    settings = {"batch_size": 40, "dtype": "float64"}
    other = np.where(weight[:, None] > 0, X, 1 - X)
    one, two = (small(**settings).fit(rows, sample_weight=weight) for rows in (X, other))
    assert same_weights(one, two)
    assert not same_weights(one, small(**settings).fit(X))


def test_sparse_rows_are_rows():
    rows = np.where(X > 0.5, X, 0)
    one, other = small().fit(rows), small().fit(csr_array(rows))
    assert same_weights(one, other)
    for method in ("transform", "reconstruct", "score_samples"):
        np.testing.assert_array_equal(
            getattr(one, method)(rows), getattr(other, method)(csr_array(rows))
        )


def test_validation_rows_have_a_curve_and_no_targets():
    estimator = small(early_stopping=True).fit(X[:30], X_val=X[30:])
    assert estimator.history_.keys() == {"loss", "val_loss", "learning_rate", "seconds"}
    assert "val_loss" in small(early_stopping=True).fit(X).history_


def test_weights_of_validation_rows_that_are_not_there_are_refused():
    with pytest.raises(
        ValueError, match="got sample_weight_val but no X_val, to which the weights belong"
    ):
        small().fit(X, sample_weight_val=np.ones(3))


def test_a_loss_for_classes_is_refused():
    with pytest.raises(
        ValueError, match="'loss' parameter of AutoencoderTransformer must be a loss"
    ):
        small(loss="cross_entropy").fit(X)


def test_tied_weights_want_a_mirrored_decoder():
    message = r"'decoder_layer_sizes' parameter .* must be None or \(4,\) .* with tied_weights=True"
    with pytest.raises(ValueError, match=message):
        small(tied_weights=True, decoder_layer_sizes=(3,)).fit(X)
    small(tied_weights=True, decoder_layer_sizes=(4,)).fit(X)


@pytest.mark.parametrize("n_components", [0, 1.5])
def test_a_code_has_a_whole_number_of_components(n_components):
    with pytest.raises(ValueError, match="'n_components' parameter of AutoencoderTransformer"):
        small(n_components).fit(X)


@pytest.mark.parametrize(
    "method",
    ["transform", "inverse_transform", "reconstruct", "score_samples", "score"],
)
def test_it_must_be_fitted_first(method):
    with pytest.raises(NotFittedError):
        getattr(small(), method)(X)


@pytest.mark.parametrize(
    "copied",
    [lambda e: pickle.loads(pickle.dumps(e)), lambda e: clone(e).fit(X)],
    ids=["pickle", "clone"],
)
def test_a_copy_returns_the_same(copied):
    estimator = small(tied_weights=True, penalty="contractive", input_noise="masking").fit(X)
    np.testing.assert_array_equal(copied(estimator).transform(X), estimator.transform(X))
