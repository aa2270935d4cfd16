"""Values whose squares overflow in float32: scores and histories are finite, or there is a warning."""

import numpy as np
import pytest

from sklearn_deep import AutoencoderTransformer, JointAERegressor, MLPRegressor

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
HUGE = X * np.float32(1e25)
pytestmark = pytest.mark.filterwarnings("ignore::sklearn_deep.ScaleWarning")


@pytest.mark.parametrize("loss", ["huber", "absolute_error", "quantile"])
def test_scores_of_large_samples_are_finite(loss):
    encoder = AutoencoderTransformer(2, max_epochs=2, loss=loss, random_state=0).fit(HUGE)
    assert np.isfinite(encoder.history_["loss"]).all()
    expected = -np.square(encoder.reconstruct(HUGE).astype(float) - HUGE).mean(1)
    np.testing.assert_allclose(encoder.score_samples(HUGE), expected)
    joint = JointAERegressor(2, max_epochs=2, loss=loss, reconstruction_loss=loss, random_state=0)
    assert np.isfinite(joint.fit(HUGE, X[:, 0]).score_samples(HUGE)).all()


def test_scores_that_are_not_finite_are_told():
    encoder = AutoencoderTransformer(2, max_epochs=1, random_state=0).fit(X)
    with pytest.warns(RuntimeWarning, match="score_samples .*: 40 of 40 scores are not finite"):
        assert not np.isfinite(encoder.score_samples(X.astype(float) * 1e200)).any()


def test_r2_of_an_epoch_is_finite():
    mlp = MLPRegressor((4,), loss="huber", max_epochs=2, random_state=0).fit(X, HUGE[:, 0])
    assert np.isfinite(mlp.history_["r2"]).all()


def test_values_of_the_history_that_are_not_finite_are_told():
    mlp = MLPRegressor((4,), max_epochs=2, early_stopping=False, random_state=0)
    with pytest.warns(RuntimeWarning, match="history_ of MLPRegressor has values of val_loss that"):
        mlp.fit(X, X[:, 0], X_val=X[:5], y_val=HUGE[:5, 0])
    assert np.isfinite(mlp.history_["val_r2"]).all()
