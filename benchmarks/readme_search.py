"""Time the README's search and the same search by scikit-learn: ``python benchmarks/readme_search.py``.

One thread per library, run in turn, in processor time, so that other programs hardly matter.
"""

from __future__ import annotations

import re
import time
import warnings
from pathlib import Path
from statistics import median
from typing import Any

import _machine  # before all that loads numpy
import _report
from _timing import Clock, in_turn, ratio
from scipy.stats import loguniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

README = Path(__file__).parents[1] / "README.md"
REPEATS = 3


def ours() -> Any:
    """Run the block of the README that searches."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    (block,) = [block for block in blocks if "BatchedRandomizedSearchCV(" in block]
    names: dict[str, Any] = {}
    exec(block, names)
    return names["search"]


def theirs() -> Any:
    """Search the same space around scikit-learn's MLP, which has the penalty and no dropout."""
    mlp = MLPClassifier(
        (64, 64),
        batch_size=32,
        max_iter=20,
        tol=0.0,
        n_iter_no_change=10**9,
        random_state=0,
    )
    space = {
        "mlpclassifier__learning_rate_init": loguniform(1e-4, 1e-2),
        "mlpclassifier__alpha": loguniform(1e-6, 1e-3),
    }
    search = RandomizedSearchCV(
        make_pipeline(StandardScaler(), mlp), space, n_iter=20, cv=5, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return search.fit(*load_digits(return_X_y=True))


def main() -> None:
    """Print the machine and both times."""
    print(_report.table(["machine", ""], list(_machine.describe().items())), flush=True)
    Clock.read = time.process_time
    ours()
    seconds = in_turn({"sklearn_deep": ours, "scikit-learn": theirs}, REPEATS)
    rows = [[name, median(times)] for name, times in seconds.items()]
    rows += [["ratio", ratio(seconds, "scikit-learn", "sklearn_deep")]]
    print(_report.table(["side", "seconds"], rows))


if __name__ == "__main__":
    main()
