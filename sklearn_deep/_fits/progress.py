"""How far many fits are, for the person who waits."""

from __future__ import annotations

import sys
import time
from typing import Any

from tqdm import tqdm

# Seconds between two lines where the output is no terminal: a file, a log of a server.
SELDOM = 30.0


class Progress:
    """A bar over the epochs of all networks.

    It appears once it is known how much there is to do. Where the output is neither a terminal nor a
    notebook, its states are lines, at most one every 30 s.

    Parameters
    ----------
    is_shown : bool
    """

    def __init__(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        self.bar: Any = None
        self.total = self.n_trained = self.n_finished = 0

    def expect(self, n_epochs: int) -> None:
        """Take more work into account: epochs of all networks, at most."""
        self.total += n_epochs
        if self.is_shown and self.bar is None and self.total > 0:
            self.bar = _bar(self.total)
        self._show()

    def go_on(self, n_epochs: int) -> None:
        """Show that networks trained so many epochs."""
        self.n_trained += n_epochs
        self._show()

    def finish(self, n_epochs: int) -> None:
        """Show that what was expected is done, though networks may have stopped early."""
        self.n_finished += n_epochs
        self.n_trained = self.n_finished
        self._show()

    def note(self, words: str) -> None:
        """Show some words after the bar."""
        if self.bar is not None:
            self.bar.set_postfix_str(words, refresh=False)

    def make_way(self) -> None:
        """Clear the line of the bar, so that another line can be printed; the next change shows it again."""
        if self.bar is not None:
            self.bar.clear()

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self.bar is not None:
            self.bar.close()
            self.bar, self.is_shown = None, False

    def _show(self) -> None:
        if self.bar is not None:
            self.bar.total = self.total
            self.bar.update(self.n_trained - self.bar.n)


def _bar(total: int) -> Any:
    # Imported when it is shown: in a notebook that lacks its widgets it warns.
    from tqdm import auto

    in_notebook = any(kind.__name__ == "tqdm_notebook" for kind in auto.tqdm.__mro__)
    options = {"total": total, "unit": "epoch", "unit_scale": True}
    return auto.tqdm(**options) if in_notebook or sys.stderr.isatty() else _Lines(options)


class _Lines:
    """What a bar would show, as a line now and then."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.total, self.n, self.postfix = options["total"], 0, ""
        self.start = time.monotonic()
        self.last = self.start

    def update(self, n: int) -> None:
        """Take progress into account."""
        self.n += n
        if time.monotonic() - self.last >= SELDOM:
            self._write()

    def set_postfix_str(self, words: str, refresh: bool) -> None:
        """Set what stands at the end of a line."""
        self.postfix = words

    def clear(self) -> None:
        """Do nothing: a line that is written stays."""

    def close(self) -> None:
        """Write a last line, unless there was one a moment ago."""
        now = time.monotonic()
        if self.last == self.start or now - self.last >= SELDOM:
            self._write()

    def _write(self) -> None:
        self.last = time.monotonic()
        state = self.options | {"total": self.total, "postfix": self.postfix}
        elapsed = self.last - self.start
        print(tqdm.format_meter(self.n, elapsed=elapsed, **state), file=sys.stderr, flush=True)
