"""Values outside the range of a loss: errors, rounding errors, and validation samples."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_breast_cancer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, JointAERegressor, MLPRegressor
from sklearn_deep.losses import Loss
from sklearn_deep.plugins import available

X = np.random.default_rng(0).uniform(size=(40, 3))
X[X < 0.2] = 0
Y = (X[:, 0] > 0.5).astype(int)
LOSSES = [n for n in available("losses") if n not in ("cross_entropy", "focal")]


def on_disk(values, folder):
    np.save(folder / "x.npy", values)
    return np.load(folder / "x.npy", mmap_mode="r")


CONTAINERS = {
    "dense": lambda values, folder: values,
    "csr": lambda values, folder: sparse.csr_matrix(values),
    "csc": lambda values, folder: sparse.csc_array(values),
    "on disk": on_disk,
}
ESTIMATORS = {
    "transformer": lambda loss, **more: AutoencoderTransformer(2, loss=loss, **more),
    "classifier": lambda loss, **more: JointAEClassifier(2, reconstruction_loss=loss, **more),
    "regressor": lambda loss, **more: JointAERegressor(2, reconstruction_loss=loss, **more),
}
KINDS = pytest.mark.parametrize("make", ESTIMATORS.values(), ids=ESTIMATORS)


def fitted(make, values, loss="binary_cross_entropy", **fit):
    estimator = make(loss, max_epochs=2, batch_size=16, early_stopping=False, random_state=0)
    return estimator.fit(values, Y, **fit)


def losses(estimator):
    return estimator.history_["loss"].tolist()


@KINDS
@pytest.mark.parametrize("contain", CONTAINERS.values(), ids=CONTAINERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_roundings_beyond_the_range_are_clipped(make, contain, dtype, tmp_path):
    values = X.astype(dtype)
    values[0, 0], values[1, 1] = 1 + 3e-7, -3e-7
    before = values.copy()
    found = fitted(make, contain(values, tmp_path))
    assert losses(found) == losses(fitted(make, np.clip(values, 0, 1)))
    np.testing.assert_array_equal(values, before)


@KINDS
@pytest.mark.parametrize("contain", CONTAINERS.values(), ids=CONTAINERS)
@pytest.mark.parametrize(
    ("loss", "values"),
    [
        ("binary_cross_entropy", X * 1.001 / X.max()),
        ("binary_cross_entropy", X - 1e-3),
        ("poisson", X - 1e-3),
        ("poisson", -X),
    ],
)
def test_other_values_beyond_the_range_are_errors(make, contain, loss, values, tmp_path):
    with pytest.raises(ValueError, match="X of") as of_dense:
        fitted(make, values, loss)
    with pytest.raises(ValueError, match=r"^X of .*\.fit must") as found:
        fitted(make, contain(values, tmp_path), loss)
    assert str(found.value) == str(of_dense.value)


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_takes_every_container(make, loss, tmp_path):
    expected = losses(fitted(make, X, loss))
    for contain in CONTAINERS.values():
        assert losses(fitted(make, contain(X, tmp_path), loss)) == expected


def test_the_check_of_a_third_party_gets_dense_targets():
    seen = []

    class Mine(Loss):
        def rows(self, output, target):
            return (output - target).square().mean(-1)

        def check_target(self, y, *, argument, owner):
            seen.append((type(y), y.shape, argument))

    fitted(ESTIMATORS["transformer"], sparse.csr_matrix(X), Mine())
    assert seen == [(np.ndarray, X.shape, "X")]


def test_targets_a_rounding_beyond_the_range_are_clipped():
    near, y = Y + np.where(Y, 2e-7, -2e-7), Y.astype(float)
    kinds = {"loss": "binary_cross_entropy", "max_epochs": 2, "random_state": 0}
    one, other = (MLPRegressor((4,), **kinds).fit(X, target) for target in (near, y))
    assert losses(one) == losses(other)
    with pytest.raises(ValueError, match="y of MLPRegressor"):
        MLPRegressor((4,), **kinds).fit(X, Y * 1.01)


@KINDS
@pytest.mark.parametrize("contain", CONTAINERS.values(), ids=CONTAINERS)
def test_validation_samples_beyond_the_range_are_clipped_with_a_warning(make, contain, tmp_path):
    beyond = X[:10] * 1.5 / X.max()
    n_outside = (beyond > 1).sum()
    val = {} if make is ESTIMATORS["transformer"] else {"y_val": Y[:10]}
    with pytest.warns(UserWarning, match=f"{n_outside} of 30 values of X_val .* clipped") as told:
        found = fitted(make, X, X_val=contain(beyond, tmp_path), **val)
    assert len(told) == 1
    expected = fitted(make, X, X_val=np.clip(beyond, 0, 1), **val)
    assert found.history_["val_loss"].tolist() == expected.history_["val_loss"].tolist()


def test_a_scaler_fitted_on_each_training_part_suits_the_loss():
    features, _ = load_breast_cancer(return_X_y=True)
    encoder = AutoencoderTransformer(2, loss="binary_cross_entropy", max_epochs=1, random_state=0)
    for seed in range(5):
        part = np.random.default_rng(seed).permutation(len(features))[:400]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            make_pipeline(MinMaxScaler(), encoder).fit(features[part])
