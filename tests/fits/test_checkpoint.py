"""A stopped search resumes with the same results, and other searches cannot use its file."""

import importlib
import sqlite3
from contextlib import closing, suppress

import numpy as np
import pytest
import torch
from scipy.stats import loguniform
from sklearn.exceptions import FitFailedWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_deep._checkpoint import Checkpoint, decoded_value
from sklearn_deep.schedules import Plateau, WarmUp
from sklearn_deep.stopping import EarlyStopping
from tests._support.audit import watched
from tests._support.full_disk import disk_of
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


def records(path):
    """Return the keys of all records."""
    with closing(sqlite3.connect(path)) as database:
        return [key for (key,) in database.execute("SELECT key FROM records")]


def seconds(path):
    """Return the training time of the stored fits."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT text, elements FROM records WHERE key != ?", [b"owner"])
        return [decoded_value(*row)["seconds"] for row in rows]


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
    assert second.cv_results_["mean_fit_time"].sum() * 3 >= sum(seconds(path)) > 0
    np.testing.assert_array_equal(second.predict_proba(X), first.predict_proba(X))


@pytest.mark.parametrize("n_stages", [1, 2])
def test_the_results_are_those_without_a_file(path, n_stages):
    expected = search(n_stages=n_stages).fit(X, Y)
    assert_same_results(search(path, n_stages=n_stages).fit(X, Y), expected)
    assert_same_results(search(path, n_stages=n_stages).fit(X, Y), expected)


def test_a_record_that_was_damaged_is_trained_again(path, trained):
    expected = search(path).fit(X, Y)
    with closing(sqlite3.connect(path)) as database:
        key = records(path)[-1]
        database.execute("UPDATE records SET elements = zeroblob(99) WHERE key = ?", [key])
        database.commit()
    for n_trained in (1, 0):
        trained.clear()
        assert_same_results(search(path).fit(X, Y), expected)
        assert len(trained) == n_trained


class KilledError(BaseException):
    """Stops a search as if it were killed."""


HALVED = {"estimator": pipeline(max_epochs=4), "n_iter": 4, "min_epochs": 1, "factor": 2, "cv": 2}
STOPPED = {
    "stages": {"n_iter": 4, "n_stages": 2},
    "halving": HALVED | {"n_iter": 6, "n_stages": 2},
    "halving with early stopping and a schedule": HALVED
    | {
        "estimator": pipeline(
            max_epochs=5,
            early_stopping=EarlyStopping("val_loss", patience=2, restore_best_weights=True),
            schedule=WarmUp(epochs=2, then=Plateau(patience=1)),
            normalization="batch",
            augmentation="gaussian",
        )
    },
    "halving with an optimizer of torch": HALVED
    | {"n_iter": 3, "estimator": pipeline(max_epochs=3, optimizer=torch.optim.Adam)},
}


@pytest.mark.parametrize("case", STOPPED)
@pytest.mark.filterwarnings("ignore:.*min_epochs=1 compares candidates:UserWarning")
def test_a_search_that_is_stopped_after_any_answer_resumes_to_the_same_results(
    case, path, trained, monkeypatch
):
    settings = {"refit": False} | STOPPED[case]
    expected, n_all, n_written, put = search(**settings).fit(X, Y), len(trained), 0, Checkpoint.put

    def stopping(self, found):
        nonlocal n_written
        put(self, found)
        n_written += 1
        if n_written % 6 == 0:
            raise KilledError

    trained.clear()
    monkeypatch.setattr(Checkpoint, "put", stopping)
    resumed, n_stopped = search(path, **settings), 0
    while not hasattr(resumed, "cv_results_"):
        with suppress(KilledError):
            resumed.fit(X, Y)
        n_stopped += 1
    assert n_stopped >= 2
    assert len(trained) == n_all
    assert_same_results(resumed, expected)
    if "min_epochs" in settings:
        for name in ("n_epochs", "dropped"):
            assert resumed.cv_results_[name].tolist() == expected.cv_results_[name].tolist()
        assert resumed.n_epochs_saved_ == expected.n_epochs_saved_
        assert resumed.share_saved_ == expected.share_saved_


def test_resuming_unpickles_nothing_and_imports_nothing(path, trained):
    search(path).fit(X, Y)
    search(path).fit(X, Y)  # what is imported by the first is not counted
    trained.clear()
    with watched("pickle.find_class", "import", "os.system", "subprocess.Popen") as seen:
        search(path).fit(X, Y)
    assert seen == trained == []


def test_a_second_search_on_a_path_is_refused_while_the_first_runs(path):
    with (
        Checkpoint(path, {"the data": "a"}),
        pytest.raises(BlockingIOError, match=r"in use by another search .*Wait for its end"),
    ):
        search(path).fit(X, Y)


def test_a_search_on_a_full_disk_ends_with_a_warning_and_its_file_is_of_use(path, trained):
    expected = search().fit(X, Y)
    with disk_of(40_000), pytest.warns(UserWarning, match=r"could not be written: .*continues"):
        assert_same_results(search(path).fit(X, Y), expected)
    trained.clear()
    assert_same_results(search(path).fit(X, Y), expected)
    assert 0 < len(trained) < 12


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
    assert f"which differs in {reason}." in str(caught.value)
    assert repr(str(finished)) in str(caught.value)
    assert "Use another path, or delete the file." in str(caught.value)
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


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        search(tmp_path / "no" / "kept").fit(X, Y)


def test_fits_that_failed_are_made_anew(path, trained):
    space = {"net__learning_rate": [0.1, -1.0]}
    for _ in range(2):
        with pytest.warns(FitFailedWarning), pytest.warns(UserWarning, match="non-finite"):
            found = search(path, space=space, n_iter="all").fit(X, Y)
        assert np.isnan(found.cv_results_["mean_test_score"]).tolist() == [False, True]


def test_space_and_rows_that_are_equal_are_known_again(path, trained):
    search(path).fit(X, Y)
    trained.clear()
    np.random.rand()  # noqa: NPY002 - distributions of scipy's hold the global generator
    equal = {"net__dropout": SPACE["net__dropout"], "net__learning_rate": loguniform(1e-3, 0.1)}
    search(path, space=equal).fit(X.copy(), Y.copy())
    assert trained == []


def test_a_record_is_given_to_no_other_request(path, trained):
    expected = search(path, cv=2, refit=False).fit(X, Y)
    with closing(sqlite3.connect(path)) as database:
        keys = sorted(set(records(path)) - {b"owner"})
        for number, key in enumerate(keys):
            database.execute("UPDATE records SET key = ? WHERE key = ?", [bytes([number]), key])
        for number, key in enumerate(reversed(keys)):
            database.execute("UPDATE records SET key = ? WHERE key = ?", [key, bytes([number])])
        database.commit()
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
