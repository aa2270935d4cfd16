"""The file of a search that may be killed: whole records count, other searches are refused."""

import importlib
import json
import pickle

import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_deep._fits import checkpoint as _checkpoint
from sklearn_deep._fits.checkpoint import Checkpoint
from tests._support.searches.small import (
    RATES,
    SPACE,
    WEIGHTS,
    X,
    Y,
    assert_same_results,
    batched,
    network,
    pipeline,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept"


MARK = len(_checkpoint._MARK)


def kept_for(path):
    """Return what a file belongs to."""
    content = path.read_bytes()[MARK:]
    return json.loads(content[24 : 24 + int.from_bytes(content[:8], "big")])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the file of a finished search."""
    path = tmp_path_factory.mktemp("finished") / "kept"
    search(path, refit=False).fit(X, Y)
    return path


def search(path=None, estimator=None, space=SPACE, **settings):
    given = {"checkpoint": path, "population_size": 4} | settings
    return batched(estimator or pipeline(), space, **given)


def test_a_finished_search_is_not_trained_again(path, trained):
    first = search(path).fit(X, Y)
    trained.clear()
    second = search(path).fit(X, Y)
    assert not trained
    assert_same_results(second, first)
    kept = [
        seconds
        for value in Checkpoint(path, kept_for(path)).known.values()
        for seconds in value[2:]
    ]
    assert second.cv_results_["mean_fit_time"].sum() * 3 >= sum(kept) > 0
    np.testing.assert_array_equal(second.predict_proba(X), first.predict_proba(X))


@pytest.mark.parametrize("n_stages", [1, 2])
def test_the_results_are_those_without_a_file(path, n_stages):
    expected = search(n_stages=n_stages).fit(X, Y)
    assert_same_results(search(path, n_stages=n_stages).fit(X, Y), expected)
    assert_same_results(search(path, n_stages=n_stages).fit(X, Y), expected)


def records(path):
    """Return where each record of a file ends."""
    content, ends, at = path.read_bytes(), [], MARK
    while at < len(content):
        at += 8 + 16 + int.from_bytes(content[at : at + 8], "big")
        ends.append(at)
    assert at == len(content)
    return ends


def test_a_file_cut_short_anywhere_is_read_up_to_its_last_whole_record(path, trained):
    expected = search(path).fit(X, Y)
    whole, ends = path.read_bytes(), records(path)
    assert len(trained) == 12
    for cut in (ends[-1] - 1, ends[-2] + 30, ends[-2] + 9, ends[-2] + 3, ends[-2]):
        path.write_bytes(whole[:cut])
        trained.clear()
        assert_same_results(search(path).fit(X, Y), expected)
        assert len(trained) == 1
        assert len(records(path)) == len(ends)


def test_a_record_that_was_damaged_is_dropped(path, trained):
    expected = search(path).fit(X, Y)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    trained.clear()
    assert_same_results(search(path).fit(X, Y), expected)
    assert len(trained) == 1


@pytest.mark.parametrize("size", [1, MARK, MARK + 3, -1])
def test_a_file_cut_short_in_its_first_record_is_begun_anew(size, path, finished, trained):
    whole, ends = finished.read_bytes(), records(finished)
    path.write_bytes(whole[: size if size > 0 else ends[0] - 1])
    search(path, refit=False).fit(X, Y)
    assert len(trained) == 12
    assert len(records(path)) == len(ends)


@pytest.mark.parametrize("size", [MARK + 30, -1])
def test_another_search_is_not_begun_in_a_file_that_was_cut_short(size, path, finished):
    path.write_bytes(
        content := finished.read_bytes()[: size if size > 0 else records(finished)[0] - 1]
    )
    with pytest.raises(ValueError, match="is no checkpoint of a BatchedRandomizedSearchCV"):
        search(path, cv=2).fit(X, Y)
    assert path.read_bytes() == content


def test_a_path_may_begin_at_home(path, monkeypatch):
    monkeypatch.setenv("HOME", str(path.parent))
    search("~/kept", refit=False).fit(X, Y)
    assert len(records(path)) > 1


def test_an_empty_file_is_begun(path):
    path.touch()
    search(path).fit(X, Y)
    assert len(records(path)) > 1


OTHERS = {
    "other rows": ({}, {"X": X + 1e-9}, "the data"),
    "other targets": ({}, {"y": (Y + 1) % 3}, "the data"),
    "weights": ({}, {"net__sample_weight": WEIGHTS}, "the data"),
    "other folds": ({"cv": 2}, {}, "the folds"),
    "another estimator": ({"estimator": pipeline(dropout=0.1)}, {}, "the estimator"),
    "another space": ({"space": {"net__learning_rate": RATES}}, {}, "the search space"),
    "another distribution": (
        {"space": SPACE | {"net__learning_rate": loguniform(1e-3, 0.2)}},
        {},
        "the search space",
    ),
    "more candidates": ({"n_iter": 5}, {}, "n_iter"),
    "more stages": ({"n_stages": 2}, {}, "n_stages"),
    "another seed": ({"random_state": 1}, {}, "random_state"),
    "another score": ({"scoring": "f1_macro"}, {}, "scoring"),
    "another score for refit": ({"refit": lambda results: 0}, {}, "refit"),
    "another error score": ({"error_score": 0.0}, {}, "error_score"),
    "another device": ({"device": "cpu"}, {}, "device"),
    "another factor": ({"factor": 2}, {}, "factor"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_another_search_is_refused_with_the_reason(case, finished):
    settings, given, reason = OTHERS[case]
    before = finished.read_bytes()
    with pytest.raises(ValueError, match="belongs to another search") as caught:
        search(finished, **{"refit": False} | settings).fit(**{"X": X, "y": Y} | given)
    assert f"it differs in {reason}." in str(caught.value)
    assert repr(str(finished)) in str(caught.value)
    assert "Give another path, or delete the file." in str(caught.value)
    assert finished.read_bytes() == before


def test_all_differences_are_named(finished):
    with pytest.raises(ValueError, match=r"differs in the data, .*the estimator"):
        search(finished, network(), {"learning_rate": RATES}).fit(X[:50], Y[:50])


@pytest.mark.parametrize("library", ["sklearn_deep", "torch", "scikit-learn", "numpy"])
def test_another_version_is_refused(library, finished, monkeypatch):
    module = importlib.import_module("sklearn" if library == "scikit-learn" else library)
    words = f"differs in {library}'s version ({module.__version__} there, 9.9 here)"
    monkeypatch.setattr(module, "__version__", "9.9")
    with pytest.raises(ValueError, match="belongs to another search") as caught:
        search(finished, refit=False).fit(X, Y)
    assert words in str(caught.value)


def test_what_changes_no_score_changes_no_file(finished, trained):
    again = search(
        finished,
        n_jobs=None,
        population_size=2,
        verbose=0,
        return_train_score=True,
        refit=False,
    )
    again.fit(X, Y)
    assert trained == []
    assert "mean_train_score" in again.cv_results_


@pytest.mark.parametrize("content", [b"a,b\n1,2\n" * 40, b"\0" * 500, pickle.dumps({"kind": 1})])
def test_a_file_that_is_something_else_is_refused_and_stays(path, content):
    path.write_bytes(content)
    with pytest.raises(
        ValueError, match="is no checkpoint of a BatchedRandomizedSearchCV"
    ) as caught:
        search(path).fit(X, Y)
    assert "Give another path." in str(caught.value)
    assert path.read_bytes() == content


def test_a_record_of_something_else_is_refused(path):
    Checkpoint(path, {}).add({"place": 1})
    content = bytearray(path.read_bytes())
    with pytest.raises(ValueError, match="belongs to another search"):
        search(path).fit(X, Y)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        search(tmp_path / "no" / "kept").fit(X, Y)


def test_fits_that_failed_are_made_anew(path, trained):
    space = {"net__learning_rate": [0.1, -1.0]}
    for _ in range(2):
        with pytest.warns(FitFailedWarning), pytest.warns(UserWarning, match="non-finite"):
            found = search(path, space=space, n_iter="all").fit(X, Y)
        assert np.isnan(found.cv_results_["mean_test_score"]).tolist() == [False, True]


def test_estimators_that_are_not_ours_are_kept_too(path, monkeypatch):
    estimator, space = LogisticRegression(), {"C": [0.1, 1.0]}
    expected = search(path, estimator, space, n_iter="all", refit=False).fit(X, Y)

    def never(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr(LogisticRegression, "fit", never)
    found = search(path, estimator, space, n_iter="all", refit=False).fit(X, Y)
    assert_same_results(found, expected)


def test_space_and_rows_that_are_equal_are_known_again(path, trained):
    search(path).fit(X, Y)
    trained.clear()
    np.random.rand()  # noqa: NPY002 - distributions of scipy's hold the global generator
    equal = {"net__dropout": SPACE["net__dropout"], "net__learning_rate": loguniform(1e-3, 0.1)}
    search(path, space=equal).fit(X.copy(), Y.copy())
    assert trained == []


def test_records_are_dicts_of_what_was_found(path):
    checkpoint = Checkpoint(path, {"the data": 1})
    checkpoint.add({(0, 1): "a"})
    checkpoint.add({(0, 2): "b"})
    assert Checkpoint(path, {"the data": 1}).known == {(0, 1): "a", (0, 2): "b"}


def test_a_record_is_given_to_no_other_request(path, trained):
    expected = search(path, cv=2, refit=False).fit(X, Y)
    checkpoint = Checkpoint(path, kept_for(path))
    swapped = dict(zip(checkpoint.known, reversed(checkpoint.known.values()), strict=True))
    checkpoint.add(swapped)
    trained.clear()
    assert_same_results(search(path, cv=2, refit=False).fit(X, Y), expected)
    assert sum(trained) == len(expected.cv_results_["params"]) * 2


def test_a_function_that_was_edited_makes_another_search(path, monkeypatch):
    with_lambda = make_pipeline(FunctionTransformer(lambda A: edited(A) + 0), network())
    space = {"mlpclassifier__dropout": [0.0]}
    search(path, with_lambda, space, n_iter=1, refit=False).fit(X, Y)
    search(path, with_lambda, space, n_iter=1, refit=False).fit(X, Y)
    monkeypatch.setitem(globals(), "edited", lambda A: A[:, ::-1] ** 3)
    with pytest.raises(ValueError, match=r"differs in the estimator\."):
        search(path, with_lambda, space, n_iter=1, refit=False).fit(X, Y)


def edited(A):
    return A
