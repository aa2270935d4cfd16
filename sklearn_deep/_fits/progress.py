"""A progress bar for many fits."""

from __future__ import annotations

import sys
import time
from typing import Any

from tqdm import tqdm

# Seconds between two lines if the output is no terminal, such as a log file.
SELDOM = 30.0


class Progress:
    """Progress bar of the epochs of all networks.

    It appears once the amount of work is known. If the output is neither a terminal nor a notebook, lines
    are printed instead, at most one every 30 s.

    Parameters
    ----------
    is_shown : bool
    """

    def __init__(self, is_shown: bool) -> None:
        self.is_shown = is_shown
        self.bar: Any = None
        self.total = self.n_trained = self.n_finished = 0

    def expect(self, n_epochs: int) -> None:
        """Add work: the maximum number of epochs of all networks."""
        self.total += n_epochs
        if self.is_shown and self.bar is None and self.total > 0:
            self.bar = _bar(self.total)
        self._show()

    def go_on(self, n_epochs: int) -> None:
        """Show that networks have been trained for a number of epochs."""
        self.n_trained += n_epochs
        self._show()

    def finish(self, n_epochs: int) -> None:
        """Show that expected epochs are finished, also if networks stopped early."""
        self.n_finished += n_epochs
        self.n_trained = self.n_finished
        self._show()

    def note(self, words: str) -> None:
        """Show a text after the bar."""
        if self.bar is not None:
            self.bar.set_postfix_str(words, refresh=False)

    def make_way(self) -> None:
        """Clear the line of the bar, so that another line can be printed; the next update shows it again."""
        if self.bar is not None:
            self.bar.clear()

    def close(self) -> None:
        """Close the bar and leave its last state visible."""
        if self.bar is not None:
            self.bar.close()
            self.bar, self.is_shown = None, False

    def _show(self) -> None:
        if self.bar is not None:
            self.bar.total = self.total
            self.bar.update(self.n_trained - self.bar.n)


def _bar(total: int) -> Any:
    # Imported only here, because it warns in a notebook without the required widgets.
    from tqdm import auto

    in_notebook = any(kind.__name__ == "tqdm_notebook" for kind in auto.tqdm.__mro__)
    options = {"total": total, "unit": "epoch", "unit_scale": True}
    return auto.tqdm(**options) if in_notebook or sys.stderr.isatty() else _Lines(options)


class _Lines:
    """Replacement of a progress bar that prints a line from time to time."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.total, self.n, self.postfix = options["total"], 0, ""
        self.start = time.monotonic()
        self.last = self.start

    def update(self, n: int) -> None:
        """Add progress."""
        self.n += n
        if time.monotonic() - self.last >= SELDOM:
            self._write()

    def set_postfix_str(self, words: str, refresh: bool) -> None:
        """Set the text at the end of a line."""
        self.postfix = words

    def clear(self) -> None:
        """Do nothing, because printed lines cannot be cleared."""

    def close(self) -> None:
        """Print a last line, unless one was printed a moment ago."""
        now = time.monotonic()
        if self.last == self.start or now - self.last >= SELDOM:
            self._write()

    def _write(self) -> None:
        self.last = time.monotonic()
        state = self.options | {"total": self.total, "postfix": self.postfix}
        elapsed = self.last - self.start
        print(tqdm.format_meter(self.n, elapsed=elapsed, **state), file=sys.stderr, flush=True)
