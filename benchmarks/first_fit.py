"""Time the first fits of one library in this process; print seconds as JSON.

``single_fit.py`` runs it; by hand: ``python benchmarks/first_fit.py sklearn_deep``.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise

import _machine  # noqa: F401  (before all that loads numpy)
from _cases import NETWORKS, rows_of
from _sides import SIDES, import_side


def main(side: str, clock: str = "perf_counter") -> None:
    """Time the import, the first fit, the second of the same shapes, and one of other shapes."""
    case, other = (network._replace(epochs=5) for network in NETWORKS[:2])
    rows, other_rows = rows_of(case), rows_of(other)
    read = getattr(time, clock)
    times = [read()]
    import_side(side)
    times.append(read())
    for network, data in ((case, rows), (case, rows), (other, other_rows)):
        SIDES[side](network, data)
        times.append(read())
    names = ("import", "first fit", "again", "other shapes")
    seconds = (later - earlier for earlier, later in pairwise(times))
    print(json.dumps(dict(zip(names, seconds, strict=True))))


if __name__ == "__main__":
    main(*sys.argv[1:])
