"""How far a search is, for the person who waits."""

from __future__ import annotations

from typing import Any

import numpy as np
from tqdm import tqdm


class Progress:
    """A bar over member-epochs with the best mean score so far.

    Parameters
    ----------
    is_shown : bool
    n_folds : int
        Scores that make a candidate's mean.
    """

    def __init__(self, is_shown: bool, n_folds: int) -> None:
        self.bar: Any = tqdm(total=0, unit="epoch", unit_scale=True, disable=not is_shown)
        self.n_folds = n_folds
        self.n_finished = 0
        self.best = -np.inf
        self._scores: list[float] = []

    def expect(self, n_epochs: int) -> None:
        """Take more work into account: epochs of all members, at most."""
        self.bar.total += n_epochs
        self.bar.refresh()

    def go_on(self, n_epochs: int) -> None:
        """Show that members trained."""
        self.bar.update(n_epochs)

    def finish(self, n_epochs: int) -> None:
        """Show that what was expected is done, though members may have stopped early."""
        self.n_finished += n_epochs
        self.bar.update(self.n_finished - self.bar.n)

    def score(self, value: float) -> None:
        """Take the score of the next fold."""
        self._scores.append(value)
        if len(self._scores) == self.n_folds:
            self.best = max(self.best, float(np.mean(self._scores)))
            self._scores.clear()
            self.bar.set_postfix_str(f"best score {self.best:.4g}", refresh=False)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self.bar.close()
