"""The checkpoint file of a search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import Any, NamedTuple

from sklearn_deep._checkpoint import Checkpoint
from sklearn_deep._equality import Digest
from sklearn_deep._fits import KeptAnswers
from sklearn_deep.model_selection._search.identity import identity_of
from sklearn_deep.model_selection._search.kept_scores import KeptScores
from sklearn_deep.model_selection._search.scoring import SearchData


class SearchMemory(NamedTuple):
    """Storage of a search: trained networks, and scores of other fits."""

    networks: KeptAnswers
    scores: KeptScores


@contextmanager
def memory_of(search: Any, data: SearchData) -> Iterator[SearchMemory | None]:
    """Open the checkpoint file of a search, and yield its storage; None without checkpoint.

    Raises
    ------
    ValueError
        If ``random_state`` is not an int, or the file belongs to a different search.
    OSError
        If the file is in use, or cannot be read or written.
    """
    if search.checkpoint is None:
        yield None
        return
    if not isinstance(search.random_state, Integral):
        raise ValueError(  # noqa: TRY004 - as scikit-learn's own checks
            f"The 'random_state' parameter of {type(search).__name__} must be an int if 'checkpoint' is "
            f"set, so that a resumed search draws the same candidates; got {search.random_state!r}."
        )
    digest = Digest()
    identity = identity_of(search, (data.X, data.y, data.params), data.splits, digest)
    with Checkpoint(search.checkpoint, identity) as checkpoint:
        yield SearchMemory(KeptAnswers(checkpoint, digest), KeptScores(search, checkpoint, digest))
