"""A search for tests that interrupt or kill it: ``python -m tests._support.searches.interrupted FILE``."""

import sys
import time

import numpy as np

from sklearn_deep._fits import task as _task
from tests._support.searches.small import SPACE, X, Y, batched, pipeline


def search(checkpoint=None, **settings):
    given = {"n_iter": 6, "n_stages": 2, "population_size": 3, "checkpoint": checkpoint}
    return batched(pipeline(max_epochs=4), SPACE, **given | settings)


def slow_down(seconds):
    """Delay the third population, so that there is time for an interruption."""
    train, n_trained = _task.train, 0

    def waiting(*args, **kwargs):
        nonlocal n_trained
        n_trained += 1
        if n_trained == 3:
            print("waiting", flush=True)
            time.sleep(seconds)
        return train(*args, **kwargs)

    _task.train = waiting


if __name__ == "__main__":
    slow_down(60)
    started = search(sys.argv[1] if len(sys.argv) > 1 else None)
    try:
        started.fit(X, Y)
    except KeyboardInterrupt:
        print("interrupted", sorted(n for n in vars(started) if n.endswith("_")), flush=True)
        raise
    print("finished", np.size(started.cv_results_["mean_test_score"]))
