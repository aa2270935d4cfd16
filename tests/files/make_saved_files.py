"""Write the files that later versions must load: ``python tests/files/make_saved_files.py``.

Run it once per release, in a folder of that version; files of earlier versions are kept unchanged.
"""

from pathlib import Path

import numpy as np

import sklearn_deep
from tests.files.estimators import fitted, outputs

FOLDER = Path(__file__).parents[1] / "data" / "saved"
NAMES = [
    "classifier",
    "labels",
    "regressor",
    "autoencoder",
    "outliers",
    "joint_classifier",
    "pipeline",
    "ensemble_of_folds",
    "search_with_ensemble",
    "encoder",
]


def main():
    """Write a file of each estimator, and its results on X."""
    folder = FOLDER / sklearn_deep.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        estimator = fitted(name)
        sklearn_deep.save(estimator, folder / f"{name}.skops")
        np.savez_compressed(folder / f"{name}.npz", **outputs(estimator))


if __name__ == "__main__":
    main()
