"""First fits in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from _timing import Clock

FIRST_EVER, WARM, WITHOUT = (
    "sklearn_deep, first ever on a machine",
    "sklearn_deep",
    "sklearn_deep, by torch alone",
)
OURS = (FIRST_EVER, WARM, WITHOUT)
_SCRIPT = Path(__file__).with_name("first_fit.py")


def first_fits(repeats: int, others: tuple[str, ...] = ()) -> dict[str, dict[str, float]]:
    """Return the median seconds of ``first_fit.py`` for each library, run in turn.

    Our first process finds no compiled code on disk, the second that of the first, and the third does not
    use compiled code.
    """
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in (*OURS, *others)}
    for _ in range(repeats):
        with TemporaryDirectory() as cache:
            compiled, plain = {"NUMBA_CACHE_DIR": cache}, {"SKLEARN_DEEP_COMPILED": "0"}
            for side, variables in zip(OURS, (compiled, compiled, plain), strict=True):
                runs[side].append(_one("sklearn_deep", variables))
            for side in others:
                runs[side].append(_one(side, {}))
    return {
        side: {name: median(run[name] for run in found) for name in found[0]}
        for side, found in runs.items()
    }


def _one(side: str, variables: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, str(_SCRIPT), side, Clock.read.__name__]
    environment = os.environ | variables
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout)
    return found
