"""Data frames: their column names are kept and held to."""

import numpy as np
import pytest

from sklearn_deep import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(30, 2))
Y = np.arange(30) % 2


@pytest.fixture(params=["pandas", "polars"])
def frames(request):
    return pytest.importorskip(request.param)


@pytest.fixture(params=[MLPClassifier, MLPRegressor])
def mlp(request):
    return request.param((4,), max_epochs=3, random_state=0)


def frame(frames, *names):
    return frames.DataFrame(dict(zip(names, X.T, strict=True)))


def test_a_frame_trains_and_predicts_as_its_array_does(frames, mlp):
    by_array = mlp.fit(X, Y, X_val=X, y_val=Y).predict(X)
    named, y = frame(frames, "width", "height"), frames.Series(Y)
    mlp.fit(named, y, X_val=named, y_val=y)
    np.testing.assert_array_equal(mlp.predict(named), by_array)
    assert mlp.feature_names_in_.tolist() == ["width", "height"]


def test_an_array_has_no_feature_names(mlp):
    assert not hasattr(mlp.fit(X, Y), "feature_names_in_")


def test_other_names_are_refused_in_predict(frames, mlp):
    mlp.fit(frame(frames, "width", "height"), Y)
    with pytest.raises(ValueError, match="depth"):
        mlp.predict(frame(frames, "width", "depth"))


def test_other_names_are_refused_in_validation_rows(frames, mlp):
    with pytest.raises(ValueError, match=r"X_val[\s\S]*depth"):
        mlp.fit(frame(frames, "width", "height"), Y, X_val=frame(frames, "width", "depth"), y_val=Y)
