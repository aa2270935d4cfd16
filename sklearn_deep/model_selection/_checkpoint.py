"""A file from which a search that was killed goes on."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

_DIGEST = 16
_LENGTH = 8
_KIND = "checkpoint of a BatchedRandomizedSearchCV"


class Checkpoint:
    """What has been found so far, written as it is found.

    The file is a row of records: length, digest, pickled content. One that was cut short by a kill
    is dropped when the file is opened again.

    Parameters
    ----------
    path : str or path
        Made where there is none.
    belongs_to : mapping of str to object
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

    def __init__(self, path: str | os.PathLike[str], belongs_to: Mapping[str, Any]) -> None:
        self.path = Path(path)
        self.known: dict[Any, Any] = {}
        header = {"kind": _KIND, **belongs_to}
        if not self.path.exists() or not self.path.stat().st_size:
            self._append(header)
            return
        records = self._records()
        self._check(next(records, None), header)
        for record in records:
            self.known |= record

    def add(self, found: Mapping[Any, Any]) -> None:
        """Write what has been found; once this returns no kill takes it away."""
        self.known |= found
        self._append(dict(found))

    def _append(self, record: dict[Any, Any]) -> None:
        content = pickle.dumps(record)
        with self.path.open("ab") as file:
            file.write(len(content).to_bytes(_LENGTH, "big") + _digest(content) + content)
            file.flush()
            os.fsync(file.fileno())

    def _records(self) -> Iterator[Any]:
        """Yield whole records, and cut off what comes after them."""
        end, size = 0, self.path.stat().st_size
        with self.path.open("r+b") as file:
            while True:
                length = int.from_bytes(file.read(_LENGTH), "big")
                # Another file may start with any number.
                digest, content = file.read(_DIGEST), file.read(min(length, size))
                if not content or digest != _digest(content):
                    break
                end = file.tell()
                # Whose file it is was looked at before anything else of it is read.
                yield pickle.loads(content)
            if end:
                file.truncate(end)

    def _check(self, found: Any, header: dict[str, Any]) -> None:
        if not isinstance(found, dict) or found.get("kind") != _KIND:
            raise ValueError(f"checkpoint={str(self.path)!r} is no {_KIND}. Give another path.")
        other = [name for name, value in header.items() if found.get(name) != value]
        if other:
            told = ", ".join(
                f"{name} ({found.get(name)} there, {header[name]} here)"
                if name.endswith("version")
                else name
                for name in other
            )
            raise ValueError(
                f"checkpoint={str(self.path)!r} belongs to another search: it differs in {told}. Give "
                "another path, or delete the file."
            )


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST).digest()
