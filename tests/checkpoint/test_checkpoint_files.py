"""A checkpoint returns what was stored; damaged files and files of others raise errors or are left out."""

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing, contextmanager

import numpy as np
import pytest

from sklearn_deep._checkpoint import Checkpoint
from tests._support.audit import watched
from tests._support.full_disk import disk_of

N_FLIPS = 8 * int(os.environ.get("FUZZ_CASES", "25"))
OWNER = {"the data": "a", "torch's version": "1"}
rng = np.random.default_rng(0)
VALUES = {bytes([k] * 16): {"numbers": rng.normal(size=(9 * k, 40)), "n": k} for k in range(1, 12)}
NEW = {b"new": {"numbers": np.ones((2, 9)), "n": 0}}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept"


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """Return the bytes of a file with all values."""
    path = tmp_path_factory.mktemp("whole") / "kept"
    with Checkpoint(path, OWNER) as checkpoint:
        for key, value in VALUES.items():
            checkpoint.put({key: value})
    return path.read_bytes()


def found(checkpoint):
    """Return the values that a checkpoint returns, all of which must be correct."""
    given = {key: checkpoint.get(key) for key in VALUES}
    given = {key: value for key, value in given.items() if value is not None}
    for key, value in given.items():
        assert value["n"] == VALUES[key]["n"]
        np.testing.assert_array_equal(value["numbers"], VALUES[key]["numbers"])
    return given


def survives(path, content, takes_more=True):
    """Return the number of values in a file, and check that it accepts new ones; None if it is refused."""
    path.write_bytes(content)
    error = None
    try:
        with Checkpoint(path, OWNER) as checkpoint:
            n_found = len(found(checkpoint))
            if takes_more:
                checkpoint.put(NEW)
        if takes_more:
            with Checkpoint(path, OWNER) as checkpoint:
                assert checkpoint.get(b"new")["n"] == 0
                assert len(found(checkpoint)) == n_found
    except (ValueError, OSError) as caught:
        error = str(caught)
    for file in path.parent.iterdir():
        file.unlink()
    assert error is None or f"checkpoint={str(path)!r}" in error
    return n_found if error is None else None


def test_a_file_gives_back_all_it_was_given(path, content):
    path.write_bytes(content)
    with Checkpoint(path, OWNER) as checkpoint:
        assert found(checkpoint).keys() == VALUES.keys()
        assert checkpoint.get(b"other") is None
    assert [file.name for file in path.parent.iterdir()] == ["kept"]


def test_reading_a_file_executes_no_code(path, content):
    path.write_bytes(content)
    Checkpoint(path, OWNER).close()
    names = "exec", "compile", "import", "pickle.find_class", "os.system", "subprocess.Popen"
    with watched(*names) as seen, Checkpoint(path, OWNER) as checkpoint:
        assert found(checkpoint).keys() == VALUES.keys()
        checkpoint.put(NEW)
    assert seen == []
    with watched(*names) as seen:
        eval("1 + 1")
        pickle.loads(pickle.dumps(Checkpoint))
    assert [event for event, _ in seen] == ["compile", "exec", "pickle.find_class"]


def test_a_file_that_was_cut_short_gives_what_is_right_or_is_refused(path, content):
    ends = [1, 15, 16, 99, 100, 511, 512, 4095, 4096, *range(1000, len(content), 1000)]
    assert len(ends) > 200
    results = [survives(path, content[:end]) for end in ends]
    assert results.count(None) > 200


def test_a_file_with_a_changed_bit_gives_what_is_right_or_is_refused(path, content):
    cases = np.random.default_rng(int(os.environ.get("FUZZ_FIRST", "0")))
    results = []
    for case in range(N_FLIPS):
        changed = bytearray(content)
        # Half of the flips are in SQLite's own records, at the start of the file and of each page.
        page = 4096 * int(cases.integers(len(content) // 4096))
        place = [cases.integers(len(content)), cases.integers(100), page + cases.integers(40)]
        changed[place[max(0, case % 4 - 1)]] ^= 1 << int(cases.integers(8))
        results.append(survives(path, bytes(changed), takes_more=case % 8 < 4))
    assert results.count(len(VALUES) - 1) > N_FLIPS / 5  # one record is left out
    assert results.count(len(VALUES)) > N_FLIPS / 20  # in these, the bit did not matter
    assert results.count(None) > N_FLIPS / 20


def sqlite_file(*statements):
    """Return the bytes of a database."""
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
        return database.serialize()


TABLE = "CREATE TABLE records (key BLOB PRIMARY KEY, text BLOB, elements BLOB, digest BLOB)"
OTHERS = {
    "a text": b"a,b\n1,2\n" * 40,
    "zeros": b"\0" * 500,
    "a pickle": pickle.dumps({"kind": 1}),
    "a database": sqlite_file("CREATE TABLE numbers (one INTEGER)"),
    "a view with our name": sqlite_file("CREATE VIEW records AS SELECT 1 AS key"),
    "a trigger": sqlite_file(
        TABLE,
        "CREATE TRIGGER evil AFTER INSERT ON records BEGIN DELETE FROM records; END",
    ),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_file_that_is_something_else_is_refused_and_stays(kind, path):
    path.write_bytes(OTHERS[kind])
    with pytest.raises(ValueError, match=r"is no checkpoint of a BatchedRand.*Use another path."):
        Checkpoint(path, OWNER)
    assert path.read_bytes() == OTHERS[kind]


def test_a_file_that_belongs_to_nobody_is_refused(path):
    path.write_bytes(sqlite_file(TABLE))
    with pytest.raises(
        ValueError, match=r"damaged: it does not say which search .*Delete the file"
    ):
        Checkpoint(path, OWNER)


def test_a_file_of_an_earlier_version_is_refused_and_not_unpickled(path):
    path.write_bytes(b"checkpoint of a BatchedRandomizedSearchCV\n" + pickle.dumps({1: 2}))
    with pytest.raises(ValueError, match=r"by an earlier version .*pickle.*Delete the file"):
        Checkpoint(path, OWNER)


def test_a_file_of_another_owner_is_refused_with_the_reason(path, content):
    path.write_bytes(content)
    words = r"differs in the data, torch's version \(1 there, 2 here\)\. Use another path"
    with pytest.raises(ValueError, match=words):
        Checkpoint(path, {"the data": "b", "torch's version": "2"})
    assert path.read_bytes() == content


def test_the_second_to_open_a_file_is_refused_until_the_first_closes_it(path):
    with (
        Checkpoint(path, OWNER),
        pytest.raises(BlockingIOError, match=r"is in use by another .*Wait for its end, or use"),
    ):
        Checkpoint(path, OWNER)
    Checkpoint(path, OWNER).close()


OTHER_PROGRAM = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    if sys.argv[2] == "write":
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
    database.execute("SELECT name FROM sqlite_master").fetchall()
    print("opened", flush=True)
    time.sleep(60)
except sqlite3.OperationalError as error:
    print(error, flush=True)
"""


@contextmanager
def other_program(path, what="write"):
    """Open a file in another process, and kill that at the end."""
    command = [sys.executable, "-c", OTHER_PROGRAM, str(path), what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)


def test_a_file_is_locked_as_long_as_its_process_lives(path):
    with Checkpoint(path, OWNER) as checkpoint:
        with other_program(path) as told:
            assert told == "database is locked"
        checkpoint.put({b"a": 1})
        for what in ("write", "read"):
            with other_program(path, what) as told:
                assert told == "database is locked"
    with other_program(path) as told:
        assert told == "opened"
        with pytest.raises(BlockingIOError, match="is in use by another search or program"):
            Checkpoint(path, OWNER)
    with Checkpoint(path, OWNER) as checkpoint:
        assert checkpoint.get(b"a") == 1
    assert [file.name for file in path.parent.iterdir()] == ["kept"]


def kept_in(checkpoint):
    return [k for k in range(40) if checkpoint.get(bytes([k])) is not None]


def test_a_full_disk_is_warned_of_once_and_what_was_written_stays(path):
    with warnings.catch_warnings(record=True) as caught, disk_of(200_000):
        warnings.simplefilter("always")
        with Checkpoint(path, OWNER) as checkpoint:
            for k in range(40):
                checkpoint.put({bytes([k]): np.full(2000, k)})
            kept = kept_in(checkpoint)
    assert 5 < len(kept) < 40
    (warning,) = caught
    assert "could not be written" in str(warning.message)
    assert "free space on the disk" in str(warning.message)
    with Checkpoint(path, OWNER) as checkpoint:
        assert kept_in(checkpoint) == kept
        for k in kept:
            np.testing.assert_array_equal(checkpoint.get(bytes([k])), np.full(2000, k))
        checkpoint.put({b"more": 1})
    assert [file.name for file in path.parent.iterdir()] == ["kept"]


def test_a_disk_that_has_room_again_is_written_again(path):
    with Checkpoint(path, OWNER) as checkpoint:
        with disk_of(200_000), pytest.warns(UserWarning, match="could not be written"):
            checkpoint.put({b"large": np.ones(50_000)})
        checkpoint.put({b"larger": np.ones(60_000)})
        assert checkpoint.get(b"large") is None
        assert checkpoint.get(b"larger").sum() == 60_000


def test_a_disk_that_is_full_from_the_beginning_is_an_error(path):
    with (
        disk_of(1000),
        pytest.raises(OSError, match=r"cannot be opened and written: .* Check access"),
    ):
        Checkpoint(path, OWNER)
    with Checkpoint(path, OWNER) as checkpoint:
        assert checkpoint.is_new


def test_what_cannot_be_stored_without_code_is_left_out(path):
    with Checkpoint(path, OWNER) as checkpoint:
        checkpoint.put({b"a": [object()], b"b": 1, b"c": np.array([None])})
        assert [checkpoint.get(key) for key in (b"a", b"b", b"c")] == [None, 1, None]


def test_folders_are_errors_that_name_the_path(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no/kept' is in a folder that does not exist"):
        Checkpoint(tmp_path / "no" / "kept", OWNER)
    with pytest.raises(OSError, match="cannot be opened and written"):
        Checkpoint(tmp_path, OWNER)


@pytest.mark.parametrize("name", [":memory:", "file:kept?mode=memory"])
def test_names_that_mean_something_to_sqlite_are_files(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Checkpoint(name, OWNER) as checkpoint:
        checkpoint.put({b"a": 1})
    assert [file.name for file in tmp_path.iterdir()] == [name]
