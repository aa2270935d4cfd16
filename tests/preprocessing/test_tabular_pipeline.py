"""From a raw table to predictions in one line."""

import pickle
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV

from sklearn_deep import MLPClassifier, tabular_pipeline
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor

RNG = np.random.default_rng(0)
N = 120
FRAME = pd.DataFrame(
    {
        "size": RNG.normal(50, 10, N),
        "rooms": RNG.integers(1, 6, N),
        "garden": RNG.random(N) > 0.5,
        "city": RNG.choice(["Rome", "Oslo", "Bern"], N),
        "grade": pd.Categorical(RNG.choice(["a", "b"], N)),
        "sold": pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 900, N), "D"),
    }
)
Y = (FRAME["size"] > 50) ^ (FRAME["city"] == "Oslo")


def features(X, X_new=None):
    """Return the features of a table as a frame with names."""
    steps = tabular_pipeline(LogisticRegression())[:-1].set_output(transform="pandas")
    steps.fit(X)
    return steps.transform(X if X_new is None else X_new)


def test_a_frame_of_all_kinds_is_learned():
    pipeline = tabular_pipeline(LogisticRegression(max_iter=5000)).fit(FRAME, Y)
    assert pipeline.predict(FRAME).shape == (N,)
    assert pipeline.score(FRAME, Y) > 0.5
    names = list(features(FRAME))
    assert {"numbers__size", "numbers__rooms", "numbers__garden"} <= set(names)
    assert {"categories__city_Rome", "categories__grade_a", "dates__sold_days"} <= set(names)
    assert sum(name.startswith("bins__size") for name in names) == 16
    assert not any(name.startswith("bins__rooms") for name in names)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("classifier", DeepEnsembleClassifier), ("regressor", DeepEnsembleRegressor)],
)
def test_names_stand_for_ensembles_of_eight(name, kind):
    last = tabular_pipeline(name)[-1]
    assert type(last) is kind
    assert last.n_estimators == 8


def test_other_names_are_refused():
    with pytest.raises(
        ValueError, match="must be 'classifier', 'regressor' or an estimator; got 'mlp'"
    ):
        tabular_pipeline("mlp")


def test_it_is_an_ordinary_pipeline():
    mlp = MLPClassifier((4,), max_epochs=2, early_stopping=None, random_state=0)
    pipeline = tabular_pipeline(mlp)
    fitted = clone(pipeline).fit(FRAME, Y)
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(FRAME), fitted.predict_proba(FRAME))
    assert "PiecewiseLinearEncoder" in pipeline._repr_html_()
    space = {"features__bins__piecewiselinearencoder__n_bins": [4, 8]}
    search = GridSearchCV(tabular_pipeline(LogisticRegression(max_iter=5000)), space, cv=2)
    assert search.fit(FRAME, Y).best_score_ > 0.4


NUMBERS = [1.5, None, 3.0, -2.0] * 5
SAME_NUMBERS = {
    "float32": pd.Series(NUMBERS, dtype="float32"),
    "nullable": pd.Series(NUMBERS, dtype="Float64"),
    "objects": pd.Series(NUMBERS, dtype=object),
    "objects with pd.NA": pd.Series([pd.NA if v is None else v for v in NUMBERS], dtype=object),
}


@pytest.mark.parametrize("name", SAME_NUMBERS)
def test_numbers_of_any_type_give_the_same_features(name):
    expected = features(pd.DataFrame({"a": pd.Series(NUMBERS, dtype=float)}))
    found = features(pd.DataFrame({"a": SAME_NUMBERS[name]}))
    pd.testing.assert_frame_equal(found, expected)
    assert list(found) == ["numbers__a", "numbers__missingindicator_a"]


@pytest.mark.parametrize("dtype", [bool, "boolean", object])
def test_truth_values_are_numbers(dtype):
    found = features(pd.DataFrame({"a": pd.Series([True, False] * 10, dtype=dtype)}))
    np.testing.assert_array_equal(np.unique(found["numbers__a"]), [-1, 1])


@pytest.mark.parametrize("dtype", [object, "string", "category"])
def test_strings_of_any_type_are_categories(dtype):
    values = pd.Series(["x", "y", None, "x"] * 20, dtype=dtype)
    found = features(pd.DataFrame({"a": values}))
    assert list(found) == ["categories__a_x", "categories__a_y", "categories__a_nan"]
    np.testing.assert_array_equal(found.sum(axis=1), 1)


def test_rare_and_unseen_categories_share_a_column():
    values = ["often"] * 30 + ["also"] * 30 + ["rare", "seldom"]
    new = pd.DataFrame({"a": ["often", "rare", "never seen"]})
    found = features(pd.DataFrame({"a": values}), new)
    assert list(found) == [
        "categories__a_also",
        "categories__a_often",
        "categories__a_infrequent_sklearn",
    ]
    np.testing.assert_array_equal(found, [[0, 1, 0], [0, 0, 1], [0, 0, 1]])


def test_unseen_categories_without_rare_ones_have_no_column():
    new = pd.DataFrame({"a": ["never seen"]})
    found = features(pd.DataFrame({"a": ["x", "y"] * 20}), new)
    np.testing.assert_array_equal(found, [[0, 0]])


def test_columns_without_a_value_are_zero():
    frame = FRAME.assign(nothing=np.nan, none=pd.Series([None] * N, dtype=object))
    found = features(frame)
    assert (found[["numbers__nothing", "numbers__none"]] == 0).all(axis=None)
    assert np.isfinite(found.to_numpy()).all()


def test_a_value_that_only_new_samples_miss_is_the_median():
    new = FRAME.assign(size=np.nan, city=None, sold=pd.NaT)
    assert np.isfinite(features(FRAME, new).to_numpy()).all()


def test_places_of_columns_do_not_matter():
    pipeline = tabular_pipeline(LogisticRegression(max_iter=5000)).fit(FRAME, Y)
    turned = FRAME[FRAME.columns[::-1]]
    np.testing.assert_array_equal(pipeline.predict(turned), pipeline.predict(FRAME))


def test_a_missing_column_is_named():
    pipeline = tabular_pipeline(LogisticRegression(max_iter=5000)).fit(FRAME, Y)
    with pytest.raises(ValueError, match="city"):
        pipeline.predict(FRAME.drop(columns="city"))


@pytest.mark.parametrize("dtype", [float, object])
def test_arrays_are_tables_without_names(dtype):
    X = FRAME[["size", "rooms"]].to_numpy(dtype=dtype)
    pipeline = tabular_pipeline(Ridge()).fit(X, Y)
    assert pipeline[:-1].transform(X).shape == (N, 2 + 16)


def test_an_array_of_objects_may_hold_categories():
    X = FRAME[["size", "city"]].to_numpy(dtype=object)
    assert tabular_pipeline(Ridge()).fit(X, Y)[:-1].transform(X).shape == (N, 1 + 16 + 3)


def test_one_column_is_a_table_but_a_series_is_not():
    pipeline = tabular_pipeline(Ridge()).fit(FRAME[["size"]], Y)
    assert pipeline.predict(FRAME[["size"]]).shape == (N,)
    with pytest.raises(
        ValueError, match=r"must be a data frame or a 2D array.*got Series with 1 dimension"
    ):
        tabular_pipeline(Ridge()).fit(FRAME["size"], Y)


DATES = {
    "datetime64": FRAME["sold"],
    "with a time zone": FRAME["sold"].dt.tz_localize("Europe/Rome"),
    "objects": pd.Series([date(2020, 1, 1 + k % 28) for k in range(N)], dtype=object),
}


@pytest.mark.parametrize("name", DATES)
def test_dates_are_days_and_circles(name):
    found = features(pd.DataFrame({"d": DATES[name]}))
    assert found.shape == (N, 7)
    days = pd.to_datetime(DATES[name], utc=True).astype("int64")
    assert np.corrcoef(found["dates__d_days"], days)[0, 1] > 0.999


def test_text_is_refused_with_advice():
    text = [f"a house number {k} with a view of the sea" for k in range(N)]
    with pytest.raises(
        ValueError, match=r"text, which column 'about' contains.*skrub's TableVectorizer"
    ):
        tabular_pipeline(Ridge()).fit(FRAME.assign(about=text), Y)
    as_category = FRAME.assign(about=pd.Categorical(text))
    assert tabular_pipeline(Ridge()).fit(as_category, Y).predict(as_category).shape == (N,)


def test_other_values_are_refused():
    lists = pd.Series([[1, 2]] * N)
    with pytest.raises(TypeError, match="mixed values in column 'lists'"):
        tabular_pipeline(Ridge()).fit(FRAME.assign(lists=lists), Y)


def test_the_library_needs_no_pandas():
    code = """
import sys
sys.modules["pandas"] = None
import sklearn_deep
try:
    sklearn_deep.tabular_pipeline("regressor").fit([[1.0], [2.0]], [1.0, 2.0])
except ImportError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout == "tabular_pipeline requires pandas: pip install pandas\n"
