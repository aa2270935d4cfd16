"""A SQLite database of records that survive if the process is killed."""

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
# First bytes of the files of earlier versions.
_MARK_OF_PICKLES = f"{_KIND}\n".encode()
_DIGEST = 16
_OWNER = b"owner"  # key of the record that identifies the search
_TABLE = "CREATE TABLE records (key BLOB PRIMARY KEY, text BLOB, elements BLOB, digest BLOB)"
# Views and triggers run with any query, so a file with anything but the table is rejected.
_SCHEMA = [("index", None), ("table", _TABLE)]
_RESULT = 0xFF  # mask of the primary result code in SQLite's extended result codes
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ACCESS = (
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH),
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS),
)


class Checkpoint:
    """Values by key in a file, which belongs to one search and is used by one process at a time.

    Each record has a digest of its key and content; damaged records are ignored. If the process is killed,
    everything that was written is kept, and the lock on the file is released. If the file cannot be written,
    for example because the disk is full, a warning is issued once, and the existing records are kept.

    Parameters
    ----------
    path : str or path
        Created if it does not exist; ``~`` is the home directory.
    belongs_to : mapping of str to str
        Everything that the results depend on, by name. The file of a different search is rejected.

    Raises
    ------
    ValueError
        If the file belongs to a different search, is damaged, or is not a checkpoint.
    OSError
        If the file is in use, or cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str], belongs_to: Mapping[str, str]) -> None:
        # Absolute, because some names have a special meaning for SQLite.
        self.path = Path(path).expanduser().absolute()
        self._argument = f"checkpoint={str(Path(path).expanduser())!r}"
        self._has_warned = False
        if not self.path.parent.is_dir():
            raise FileNotFoundError(
                f"{self._argument} is in a folder that does not exist. Create it, or use another path."
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
        """Return the value of a key; None if there is none or the record is damaged."""
        if key not in self._keys:
            return None
        query = "SELECT text, elements, digest FROM records WHERE key = ?"
        try:
            text, elements, digest = self._database.execute(query, [key]).fetchone()
            return decoded_value(text, elements) if digest == _digest(key, text, elements) else None
        # All errors that arbitrary content of the file may cause.
        except (sqlite3.Error, ValueError, TypeError, LookupError, RecursionError):
            return None

    def put(self, found: Mapping[bytes, Any]) -> None:
        """Write values in one transaction; values that cannot be encoded are skipped."""
        rows = []
        for key, value in found.items():
            try:
                text, elements = encoded_value(value)
            except UnsupportedValueError:
                continue
            rows.append((key, text, elements, _digest(key, text, elements)))
        try:
            self._write(rows)
        # OverflowError for arrays of 2 GB and more, which SQLite cannot store.
        except (sqlite3.Error, OverflowError) as error:
            self._warn(error)
        else:
            self._keys.update(row[0] for row in rows)

    def close(self) -> None:
        """Close the file, which removes its temporary companion files."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _open(self, belongs_to: Mapping[str, str]) -> None:
        """Lock the file, and check which search it belongs to before it is changed."""
        database = self._database
        database.text_factory = bytes
        for setting in ("locking_mode=EXCLUSIVE", "trusted_schema=OFF", "cell_size_check=ON"):
            database.execute(f"PRAGMA {setting}")
        # In exclusive locking mode, the lock is kept after the transaction, until the process ends.
        database.execute("BEGIN EXCLUSIVE")
        self.is_new = is_new = self._has_no_tables()
        self._keys = set() if is_new else set(self._checked_keys())
        database.execute("COMMIT")
        if not is_new:
            self._check(self.get(_OWNER), belongs_to)
        # Commits survive a kill of the process without waiting for the disk.
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        if is_new:
            text, elements = encoded_value(dict(belongs_to))
            row = (_OWNER, text, elements, _digest(_OWNER, text, elements))
            self._write([row], _TABLE)

    def _has_no_tables(self) -> bool:
        """Return whether the file is empty; raise an error if it contains anything but the table of records."""
        found = self._database.execute("SELECT type, sql FROM sqlite_master ORDER BY type")
        schema = [(kind.decode(), sql and sql.decode()) for kind, sql in found]
        if schema not in ([], _SCHEMA):
            raise self._other_file()
        return not schema

    def _checked_keys(self) -> list[bytes]:
        """Return the keys, after a check of the file's consistency."""
        (found,) = self._database.execute("PRAGMA quick_check(1)").fetchone()
        if found != b"ok":
            raise self._damaged("its pages are inconsistent")
        return [key for (key,) in self._database.execute("SELECT key FROM records")]

    def _write(self, rows: Sequence[tuple[bytes, ...]], before: str | None = None) -> None:
        """Write either all rows or none."""
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
                f"{self._argument} could not be written: {error}. The search continues, but if it is interrupted, "
                "fits that could not be stored are repeated. To avoid this, free space on the disk."
            )
            warn_user(UserWarning(text))

    def _check(self, found: Any, belongs_to: Mapping[str, str]) -> None:
        """Raise an error unless the file belongs to the same search."""
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
                f"{self._argument} belongs to another search, which differs in {told}. Use another path, or "
                "delete the file."
            )

    def _error(self, error: sqlite3.Error) -> Exception:
        """Return an error with a helpful message for an error of SQLite."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _RESULT
        if code in _IN_USE:
            return BlockingIOError(
                f"{self._argument} is in use by another search or program. Wait for its end, or use another path."
            )
        if code in _NO_ACCESS:
            return OSError(
                f"{self._argument} cannot be opened and written: {error}. Check access and disk space, or use another path."
            )
        return self._other_file() if code == sqlite3.SQLITE_NOTADB else self._damaged(str(error))

    def _other_file(self) -> ValueError:
        with self.path.open("rb") as file:
            is_pickle = file.read(len(_MARK_OF_PICKLES)) == _MARK_OF_PICKLES
        if is_pickle:
            return ValueError(
                f"{self._argument} was written by an earlier version of sklearn_deep, which used pickle. Such files "
                "can execute code, so they are no longer read. Delete the file, or use another path."
            )
        return ValueError(f"{self._argument} is no {_KIND}. Use another path.")

    def _damaged(self, why: str) -> ValueError:
        return ValueError(
            f"{self._argument} is damaged: {why}. Delete the file, or use another path."
        )


def _digest(*parts: Any) -> bytes:
    """Return a digest of bytes; damaged parts, which may have another type, change the digest."""
    found = blake2b(digest_size=_DIGEST)
    for part in parts:
        content = part if isinstance(part, bytes) else repr(part).encode()
        found.update(len(content).to_bytes(8, "big") + content)
    return found.digest()
