"""A SQLite database of records that are kept once they are written, whatever happens to the process."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

from sklearn_deep._checkpoint.encoding import UnsupportedValueError, decoded_value, encoded_value
from sklearn_deep._shared import warn_user

_KIND = "checkpoint of a BatchedRandomizedSearchCV"
# What the files of earlier versions begin with.
_MARK_OF_PICKLES = f"{_KIND}\n".encode()
_DIGEST = 16
_OWNER = b"owner"  # key of the record that says which search the file belongs to
_TABLE = "CREATE TABLE records (key BLOB PRIMARY KEY, text BLOB, elements BLOB, digest BLOB)"
# A file may define views and triggers, which run with any query: one with more than the table is refused.
_SCHEMA = [("index", None), ("table", _TABLE)]
_RESULT = 0xFF  # the part of SQLite's result codes that names the kind of an error
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ACCESS = (
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH),
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS),
)


class Checkpoint:
    """Values by key, in a file that belongs to one search and that one process uses at a time.

    Each record has a digest of its key and its content. A record that was damaged is not found. A
    process that is killed loses nothing that was written, and its lock on the file ends with it. If the
    file cannot be written, because the disk is full, a warning says so once and the file keeps what it had.

    Parameters
    ----------
    path : str or path
        Created if it does not exist; ``~`` is the home directory.
    belongs_to : mapping of str to str
        What the search depends on, by name. A file of another search is refused.

    Raises
    ------
    ValueError
        If the file belongs to another search, is damaged, or is something else.
    OSError
        If the file is in use, or cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str], belongs_to: Mapping[str, str]) -> None:
        # Absolute, since SQLite gives some names another meaning.
        self.path = Path(path).expanduser().absolute()
        self._argument = f"checkpoint={str(Path(path).expanduser())!r}"
        self._has_warned = False
        if not self.path.parent.is_dir():
            raise FileNotFoundError(
                f"{self._argument} is in a folder that does not exist. Create it, or give another path."
            )
        try:
            self._database = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise self._error(error) from error
        try:
            self._open(belongs_to)
        except sqlite3.Error as error:
            self.close()
            raise self._error(error) from error
        except BaseException:
            self.close()
            raise

    def get(self, key: bytes) -> Any:
        """Return the value of a key; None if there is none, or it was damaged."""
        if key not in self._keys:
            return None
        query = "SELECT text, elements, digest FROM records WHERE key = ?"
        try:
            text, elements, digest = self._database.execute(query, [key]).fetchone()
            return decoded_value(text, elements) if digest == _digest(key, text, elements) else None
        # Whatever a file of arbitrary content leads to.
        except (sqlite3.Error, ValueError, TypeError, LookupError, RecursionError):
            return None

    def put(self, found: Mapping[bytes, Any]) -> None:
        """Write values at once; those that cannot be encoded are left out."""
        rows = []
        for key, value in found.items():
            try:
                text, elements = encoded_value(value)
            except UnsupportedValueError:
                continue
            rows.append((key, text, elements, _digest(key, text, elements)))
        try:
            self._write(rows)
        # The latter for arrays of 2 GB and more, which SQLite cannot hold.
        except (sqlite3.Error, OverflowError) as error:
            self._warn(error)
        else:
            self._keys.update(row[0] for row in rows)

    def close(self) -> None:
        """Release the file, which is then the only one."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _open(self, belongs_to: Mapping[str, str]) -> None:
        """Lock the file, and see whose it is before anything is changed."""
        database = self._database
        database.text_factory = bytes
        for setting in ("locking_mode=EXCLUSIVE", "trusted_schema=OFF", "cell_size_check=ON"):
            database.execute(f"PRAGMA {setting}")
        # Kept after the transaction, as this locking mode says; it ends with the process.
        database.execute("BEGIN EXCLUSIVE")
        self.is_new = is_new = self._has_no_tables()
        self._keys = set() if is_new else set(self._checked_keys())
        database.execute("COMMIT")
        if not is_new:
            self._check(self.get(_OWNER), belongs_to)
        # What is committed survives a kill without waiting for the disk.
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        if is_new:
            text, elements = encoded_value(dict(belongs_to))
            row = (_OWNER, text, elements, _digest(_OWNER, text, elements))
            self._write([row], _TABLE)

    def _has_no_tables(self) -> bool:
        """Return whether the file is empty; raise if it holds anything but the table of records."""
        found = self._database.execute("SELECT type, sql FROM sqlite_master ORDER BY type")
        schema = [(kind.decode(), sql and sql.decode()) for kind, sql in found]
        if schema not in ([], _SCHEMA):
            raise self._other_file()
        return not schema

    def _checked_keys(self) -> list[bytes]:
        """Return the keys, if all pages of the file fit together."""
        (found,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
        if found != b"ok":
            raise self._damaged("its pages do not fit together")
        return [key for (key,) in self._database.execute("SELECT key FROM records")]

    def _write(self, rows: Sequence[tuple[bytes, ...]], before: str | None = None) -> None:
        """Write rows, all or none."""
        database = self._database
        try:
            database.execute("BEGIN IMMEDIATE")
            if before is not None:
                database.execute(before)
            database.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", rows)
            database.execute("COMMIT")
        finally:
            if database.in_transaction:  # after an error
                database.execute("ROLLBACK")

    def _warn(self, error: Exception) -> None:
        if not self._has_warned:
            self._has_warned = True
            text = (
                f"{self._argument} could not be written: {error}. The search continues, but what could not be "
                "written is trained again if it is killed and resumed. Make room on the disk to avoid that."
            )
            warn_user(UserWarning(text))

    def _check(self, found: Any, belongs_to: Mapping[str, str]) -> None:
        """Raise unless the file belongs to the same search."""
        if not isinstance(found, dict):
            raise self._damaged("it does not say which search it belongs to")
        other = [name for name, value in belongs_to.items() if found.get(name) != value]
        if other:
            told = ", ".join(
                f"{name} ({found.get(name)} there, {belongs_to[name]} here)"
                if name.endswith("version")
                else name
                for name in other
            )
            raise ValueError(
                f"{self._argument} belongs to another search: it differs in {told}. Give another path, or "
                "delete the file."
            )

    def _error(self, error: sqlite3.Error) -> Exception:
        """Return the error of SQLite in words of this library."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _RESULT
        if code in _IN_USE:
            return BlockingIOError(
                f"{self._argument} is in use by another search or program. Wait for its end, or give another path."
            )
        if code in _NO_ACCESS:
            return OSError(
                f"{self._argument} cannot be opened and written: {error}. Free or allow it, or give another path."
            )
        return self._other_file() if code == sqlite3.SQLITE_NOTADB else self._damaged(str(error))

    def _other_file(self) -> ValueError:
        with self.path.open("rb") as file:
            is_pickle = file.read(len(_MARK_OF_PICKLES)) == _MARK_OF_PICKLES
        if is_pickle:
            return ValueError(
                f"{self._argument} was written by an earlier version of sklearn_deep, which used pickle. Such files "
                "can execute code, so they are no longer read. Delete the file, or give another path."
            )
        return ValueError(f"{self._argument} is no {_KIND}. Give another path.")

    def _damaged(self, why: str) -> ValueError:
        return ValueError(
            f"{self._argument} is damaged: {why}. Delete the file, or give another path."
        )


def _digest(*parts: Any) -> bytes:
    """Return a digest of bytes; of damaged parts, which may have another type, it is another one."""
    found = blake2b(digest_size=_DIGEST)
    for part in parts:
        content = part if isinstance(part, bytes) else repr(part).encode()
        found.update(len(content).to_bytes(8, "big") + content)
    return found.digest()
