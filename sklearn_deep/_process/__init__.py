"""State of the process that fits share, such as the number of threads and torch's global generator.

Read ``isolation``: ``isolated`` runs a block that neither changes this state nor depends on it, and
blocks that run user-defined code wait for each other. It uses ``one_thread`` (limits the number of
threads) and ``plain_torch`` (suspends torch settings that the user made for other work). Then read
``thread_team``: ``ThreadTeam`` runs tasks in several Python threads, and ``turns`` lets one of them at
a time run Python code between calls of compiled code. ``TimeLimit`` and ``within_time`` end trainings that
take too long.
"""

from sklearn_deep._process.isolation import is_isolated, isolated
from sklearn_deep._process.one_thread import one_thread
from sklearn_deep._process.plain_torch import plain_torch
from sklearn_deep._process.thread_team import ThreadTeam, Watch
from sklearn_deep._process.time_limit import TimeLimit, present_time_limit, within_time
from sklearn_deep._process.turns import without_python

__all__ = [
    "ThreadTeam",
    "TimeLimit",
    "Watch",
    "is_isolated",
    "isolated",
    "one_thread",
    "plain_torch",
    "present_time_limit",
    "within_time",
    "without_python",
]
