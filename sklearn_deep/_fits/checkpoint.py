"""A file from which a search that was killed resumes."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

_DIGEST = 16
_LENGTH = 8
_KIND = "checkpoint of a BatchedRandomizedSearchCV"
_MARK = f"{_KIND}\n".encode()


class Checkpoint:
    """What has been found so far, written as it is found.

    The file is a mark and a sequence of records: length, digest, pickled content. The first record says
    whose file it is. A record that was cut short by a kill is dropped when the file is opened again.

    Parameters
    ----------
    path : str or path
        Created if it does not exist; ``~`` is the home directory.
    belongs_to : mapping of str to str
        What the search depends on, by name. A file of another search is refused.

    Attributes
    ----------
    known : dict
        What has been found, by place.

    Raises
    ------
    ValueError
        If the file belongs to something else.
    """

    def __init__(self, path: str | os.PathLike[str], belongs_to: Mapping[str, str]) -> None:
        self.path = Path(path).expanduser()
        self.known: dict[Any, Any] = {}
        beginning = _MARK + _framed(json.dumps(dict(belongs_to)).encode())
        if self._is_cut_short(beginning):
            self._write(beginning, "wb")
            return
        records = self._records()
        # Whose file it is is looked at before anything is unpickled.
        self._check(next(records, None), belongs_to)
        for record in records:
            self.known |= pickle.loads(record)

    def add(self, found: Mapping[Any, Any]) -> None:
        """Write what has been found; once this returns no kill takes it away."""
        self.known |= found
        self._write(_framed(pickle.dumps(dict(found))), "ab")

    def _write(self, content: bytes, mode: str) -> None:
        with self.path.open(mode) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _is_cut_short(self, beginning: bytes) -> bool:
        """Return whether the file is missing, empty, or ends within the beginning of this search's."""
        if not self.path.exists():
            return True
        with self.path.open("rb") as file:
            found = file.read(len(beginning))
        return len(found) < len(beginning) and beginning.startswith(found)

    def _records(self) -> Iterator[bytes]:
        """Yield the contents of whole records, and cut off what comes after them."""
        end, size = 0, self.path.stat().st_size
        with self.path.open("r+b") as file:
            if file.read(len(_MARK)) != _MARK:
                return
            while True:
                length = int.from_bytes(file.read(_LENGTH), "big")
                # A damaged record may start with any number.
                digest, content = file.read(_DIGEST), file.read(min(length, size))
                if not content or digest != _digest(content):
                    break
                end = file.tell()
                yield content
            if end:
                file.truncate(end)

    def _check(self, record: bytes | None, belongs_to: Mapping[str, str]) -> None:
        if record is None:
            raise ValueError(f"checkpoint={str(self.path)!r} is no {_KIND}. Give another path.")
        found = json.loads(record)
        other = [name for name, value in belongs_to.items() if found.get(name) != value]
        if other:
            told = ", ".join(
                f"{name} ({found.get(name)} there, {belongs_to[name]} here)"
                if name.endswith("version")
                else name
                for name in other
            )
            raise ValueError(
                f"checkpoint={str(self.path)!r} belongs to another search: it differs in {told}. Give "
                "another path, or delete the file."
            )


def _framed(content: bytes) -> bytes:
    return len(content).to_bytes(_LENGTH, "big") + _digest(content) + content


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST).digest()
