"""The skorch net of autoencoders: all callbacks, with and without validation samples."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import mean_squared_error
from sklearn.utils import get_tags
from skorch.callbacks import Callback, EpochScoring, GradientNormClipping, LRScheduler
from skorch.callbacks import EarlyStopping as SkorchEarlyStopping
from skorch.callbacks import ProgressBar as SkorchProgressBar

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)

X = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
Y = (X[:, 0] > 0).astype(int)
SETTINGS = {"max_epochs": 3, "batch_size": 20, "random_state": 0}
AUTOENCODERS = {
    "transformer": lambda **more: AutoencoderTransformer(2, **SETTINGS | more),
    "classifier": lambda **more: JointAEClassifier(2, **SETTINGS | more),
    "regressor": lambda **more: JointAERegressor(2, **SETTINGS | more),
}
NETWORKS = AUTOENCODERS | {
    "MLP classifier": lambda **more: MLPClassifier((4,), **SETTINGS | more),
    "MLP regressor": lambda **more: MLPRegressor((4,), **SETTINGS | more),
}
CALLBACKS = {
    "none": Callback,
    "learning rate": lambda: LRScheduler("StepLR", step_size=1),
    "gradient": lambda: GradientNormClipping(1.0),
    "stopping": lambda: SkorchEarlyStopping(monitor="train_loss"),
    "bar": SkorchProgressBar,
}
KINDS = pytest.mark.parametrize("make", AUTOENCODERS.values(), ids=AUTOENCODERS)


def validation_of(make, how):
    """Return parameters and arguments of a fit with validation samples, or without."""
    if how == "given":
        no_target = make is AUTOENCODERS["transformer"]
        return {}, {"X_val": X[:10]} | ({} if no_target else {"y_val": Y[:10]})
    return {"early_stopping": how == "split"}, {}


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("how", ["no", "split", "given"])
@pytest.mark.parametrize("callback", CALLBACKS.values(), ids=CALLBACKS)
def test_callbacks_and_validation_samples_work_together(make, how, callback):
    settings, samples = validation_of(make, how)
    found = make(net_callbacks=[callback()], **settings).fit(X, Y, **samples)
    assert len(found.net_.history) == 3
    shown = [b["valid_loss"] for b in found.net_.history[0, "batches"] if "valid_loss" in b]
    assert len(shown) == ("val_loss" in found.history_) == (how != "no")
    assert all(loss > 0 for loss in shown)


@KINDS
def test_callbacks_that_only_look_change_nothing(make):
    plain, followed = (make(net_callbacks=c).fit(X, Y) for c in (None, [Callback()]))
    for name, value in plain.module_.state_dict().items():
        assert value.equal(followed.module_.state_dict()[name])


def test_the_target_of_an_autoencoder_is_its_input():
    seen = []

    class Look(Callback):
        def on_batch_end(self, net, batch, training, y_pred, **kwargs):
            seen.append((training, batch[0].equal(batch[1]), tuple(y_pred.shape)))

    on_valid = EpochScoring("neg_mean_squared_error", lower_is_better=False, name="mse")
    on_train = EpochScoring("r2", lower_is_better=False, on_train=True, name="r2")
    make = AUTOENCODERS["transformer"]
    found = make(net_callbacks=[Look(), on_valid, on_train]).fit(X, X_val=X[:10])
    assert seen[:4] == [(True, True, (20, 4))] * 3 + [(False, True, (10, 4))]
    assert found.net_.history[-1, "mse"] == pytest.approx(-found.history_["val_loss"][-1], rel=1e-5)
    assert found.net_.history[-1, "r2"] < 1


@pytest.mark.parametrize("kind", ["classifier", "regressor"])
def test_samples_without_a_label_are_shown_as_such(kind):
    seen = []

    class Look(Callback):
        def on_batch_end(self, net, batch, training, **kwargs):
            seen.append(batch[1])

    marker = -1 if kind == "classifier" else np.nan
    y = np.where(np.arange(60) % 3 == 0, marker, Y)
    AUTOENCODERS[kind](net_callbacks=[Look()], unlabeled_value=marker).fit(X, y)
    epoch = np.concatenate([np.asarray(part).ravel() for part in seen[:3]])
    missing = epoch == -1 if kind == "classifier" else np.isnan(epoch)
    assert missing.sum() == 20
    # Normalization and its inverse round.
    assert set(epoch[~missing].round(5)) == {0, 1}


def test_the_loss_of_a_joint_network_on_validation_samples_is_its_own():
    found = AUTOENCODERS["classifier"](net_callbacks=[Callback()], beta=0.3)
    found.fit(X, Y, X_val=X[:10], y_val=Y[:10])
    shown = [b["valid_loss"] for b in found.net_.history[-1, "batches"] if "valid_loss" in b]
    assert shown == [pytest.approx(found.history_["val_loss"][-1], rel=1e-5)]


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
def test_the_net_predicts_and_shows_itself(make):
    found = make().fit(X, Y)
    net = found.net_
    assert "TrainingNet" in net._repr_html_()
    expected = found.reconstruct(X) if not hasattr(found, "predict") else found.predict(X)
    np.testing.assert_allclose(np.squeeze(net.predict(X)), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(net.predict(sparse.csr_matrix(X)), net.predict(X))
    assert is_classifier(net) == is_classifier(found)
    assert is_regressor(net) == (not is_classifier(found))
    assert get_tags(net).estimator_type in ("classifier", "regressor")
    true = X if make is AUTOENCODERS["transformer"] else Y
    assert np.isfinite(net.score(X, true))
    if is_classifier(found):
        np.testing.assert_allclose(net.predict_proba(X), found.predict_proba(X), rtol=1e-5)
    elif make is AUTOENCODERS["transformer"]:
        assert net.score(X, X) <= 1
        assert mean_squared_error(net.predict(X), X) == pytest.approx(-found.score(X), rel=1e-5)
