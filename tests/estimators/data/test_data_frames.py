"""Data frames: column names are stored, and later input is checked against them."""

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


def test_names_in_another_order_are_refused(frames, mlp):
    mlp.fit(frame(frames, "width", "height"), Y)
    with pytest.raises(ValueError, match="same order"):
        mlp.predict(frame(frames, "height", "width"))


def test_names_are_forgotten_where_an_array_comes_next(frames, mlp):
    mlp.fit(frame(frames, "width", "height"), Y).fit(X, Y)
    assert not hasattr(mlp, "feature_names_in_")
    mlp.predict(X)


def test_rows_without_names_are_predicted_with_a_warning(frames, mlp):
    mlp.fit(frame(frames, "width", "height"), Y)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        mlp.predict(X)


def test_partial_fit_holds_to_the_names_of_its_first_call(frames, mlp):
    classes = {"classes": [0, 1]} if isinstance(mlp, MLPClassifier) else {}
    mlp.partial_fit(frame(frames, "width", "height"), frames.Series(Y), **classes)
    assert mlp.feature_names_in_.tolist() == ["width", "height"]
    with pytest.raises(ValueError, match="feature names"):
        mlp.partial_fit(frame(frames, "height", "width"), frames.Series(Y))


def test_missing_values_are_refused(frames, mlp):
    named = frames.DataFrame({"width": [None, *X[1:, 0]], "height": X[:, 1]})
    with pytest.raises(ValueError, match="X contains NaN"):
        mlp.fit(named, Y)


def test_columns_of_words_are_refused(frames, mlp):
    for words in (list("ab") * 15, frames.Series(list("ab") * 15, dtype=category(frames))):
        with pytest.raises(ValueError, match="could not convert string to float: 'a'"):
            mlp.fit(frames.DataFrame({"width": X[:, 0], "kind": words}), Y)


def category(frames):
    return "category" if frames.__name__ == "pandas" else frames.Categorical


def test_columns_of_several_types_are_their_numbers(frames, mlp):
    columns = {"f": X[:, 0].astype("float32"), "i": np.arange(30), "b": X[:, 1] > 0}
    expected = mlp.fit(np.column_stack(list(columns.values())).astype(float), Y).history_["loss"]
    np.testing.assert_array_equal(mlp.fit(frames.DataFrame(columns), Y).history_["loss"], expected)


@pytest.mark.parametrize("dtype", ["Float64", "Float32", "Int64", "boolean", "Int8"])
def test_nullable_columns_of_pandas_are_their_numbers(dtype, mlp):
    pandas = pytest.importorskip("pandas")
    values = {"boolean": X > 0}.get(dtype, X if "Float" in dtype else (3 * X).astype(int))
    named = pandas.DataFrame(values, columns=["width", "height"], dtype=dtype)
    plain = values.astype("float32" if dtype == "Float32" else "float64")
    expected = mlp.fit(plain.astype("float64"), Y).history_["loss"]
    np.testing.assert_array_equal(mlp.fit(named, Y).history_["loss"], expected)
    with pytest.raises(ValueError, match="X contains NaN"):
        mlp.fit(named.mask(values > 0), Y)


def test_nullable_targets_and_weights_of_pandas_are_their_numbers():
    pandas = pytest.importorskip("pandas")
    weight = np.arange(1, 31)
    mlp = MLPRegressor((4,), max_epochs=3, random_state=0)
    expected = mlp.fit(X, X[:, 0], weight).predict(X)
    y = pandas.Series(X[:, 0], dtype="Float64")
    found = mlp.fit(X, y, pandas.Series(weight, dtype="Int64")).predict(X)
    np.testing.assert_array_equal(found, expected)


def test_columns_whose_names_are_no_strings_have_no_names(mlp):
    pandas = pytest.importorskip("pandas")
    assert not hasattr(mlp.fit(pandas.DataFrame(X), Y), "feature_names_in_")
    with pytest.raises(TypeError, match="all input features have string names"):
        mlp.fit(pandas.DataFrame(X, columns=["width", 1]), Y)


def test_frames_of_targets_are_several_outputs(frames):
    y = frame(frames, "width", "height")
    assert MLPRegressor((4,), max_epochs=1).fit(X, y).predict(X).shape == (30, 2)
    y = frames.DataFrame({"a": X[:, 0] > 0, "b": X[:, 1] > 0})
    assert MLPClassifier((4,), max_epochs=1).fit(X, y).predict(X).shape == (30, 2)
