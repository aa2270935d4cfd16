"""State of the process that fits share: numbers of threads, torch's global generator.

``isolated`` runs a block that neither changes nor depends on it; blocks that run user-defined code wait
for each other. ``one_thread`` is the part of it that limits numbers of threads, ``plain_torch`` what keeps
settings of the user's for other work away. ``ThreadTeam`` does
tasks in several Python threads; ``turns`` keeps these from disturbing each other between calls of
compiled code.
"""

from sklearn_deep._process.isolation import is_isolated, isolated
from sklearn_deep._process.one_thread import one_thread
from sklearn_deep._process.plain_torch import plain_torch
from sklearn_deep._process.thread_team import ThreadTeam, Watch
from sklearn_deep._process.turns import without_python

__all__ = [
    "ThreadTeam",
    "Watch",
    "is_isolated",
    "isolated",
    "one_thread",
    "plain_torch",
    "without_python",
]
