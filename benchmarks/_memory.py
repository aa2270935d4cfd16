"""Anonymous memory of this process, and figures that a script measures in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any

# Seconds between two readings.
_INTERVAL = 0.005


def anonymous() -> float:
    """Return the anonymous memory of this process, without mapped pages of files, in MB.

    It is RssAnon of ``/proc/self/status``, which Linux alone has.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError("/proc/self/status has no RssAnon; this script requires Linux.")


class Peak:
    """Context manager that records the most anonymous memory of a block, in MB.

    Attributes
    ----------
    most : float
    """

    def __enter__(self) -> Peak:
        self.most = anonymous()
        self._ended = Event()
        self._thread = Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_INTERVAL):
            self.most = max(self.most, anonymous())


def in_fresh_process(script: str, *case: Any) -> Any:
    """Return the JSON that ``script --case ...`` prints, run with one thread in a new process."""
    command = [sys.executable, script, "--case", *map(str, case)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout)
