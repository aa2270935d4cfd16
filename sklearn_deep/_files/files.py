"""``save`` and ``load``."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn_deep._files.trusted import trusted_types

_OF_TORCH = ("torch", "skorch")


def save(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write an estimator to a file that is read without executing code.

    Uses ``skops.io`` with compression. An existing file is replaced once the new one is complete.

    Parameters
    ----------
    estimator : estimator
        Estimator of this library or of scikit-learn, such as a pipeline; fitted or not.
    path : str or path-like
        Path of the file.

    Raises
    ------
    TypeError
        If a parameter cannot be stored without code: an object of torch or skorch, or a function that
        cannot be imported by name.

    See Also
    --------
    load : Reads the file.
    trusted_types : Types that the file may contain.
    """
    import skops.io

    _check_parameters(estimator)
    data = skops.io.dumps(estimator, compression=zipfile.ZIP_DEFLATED)
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str], trusted: Sequence[str] = ()) -> Any:
    """Read an estimator that was written by ``save`` or ``skops.io.dump``, without executing code.

    Parameters
    ----------
    path : str or path-like
        Path of the file.
    trusted : sequence of str, default=()
        Names, with modules, of types to trust in addition to ``trusted_types()``, such as plug-ins of other
        packages and user-defined functions.

    Returns
    -------
    estimator
        The estimator, with its network on the CPU.

    Raises
    ------
    FileNotFoundError
        If the file does not exist.
    ValueError
        If it is another kind of file, or incomplete.
    skops.io.exceptions.UntrustedTypesFoundException
        If the file contains a type that is not trusted; the message names it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.datasets import load_iris
    >>> from sklearn_deep import MLPClassifier, load, save
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((8,), max_epochs=2, early_stopping=None, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(mlp, Path(folder) / "iris.skops")
    ...     twin = load(Path(folder) / "iris.skops")
    >>> bool((twin.predict_proba(X) == mlp.predict_proba(X)).all())
    True
    """
    import skops.io

    if not zipfile.is_zipfile(path) and Path(path).exists():
        raise ValueError(
            f"{os.fspath(path)!r} is no complete file of sklearn_deep.save or skops.io.dump. If it is a pickle, use "
            "pickle.load or joblib.load, but only if you trust its source."
        )
    return skops.io.load(path, trusted=[*trusted_types(), *trusted])


def _check_parameters(estimator: Any) -> None:
    """Raise an error that names a parameter that cannot be stored."""
    if not hasattr(estimator, "get_params") or isinstance(estimator, type):
        raise TypeError(f"sklearn_deep.save requires an estimator, got {estimator!r}.")
    for name, value in estimator.get_params(deep=True).items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if why := _reason(one):
                raise TypeError(
                    f"The {name!r} parameter of {type(estimator).__name__} is {one!r}, {why}, which cannot be stored "
                    "without code. Use a name or a plug-in instead, or pickle if readers of the file trust you."
                )


def _reason(value: Any) -> str:
    """Return the reason why a value cannot be stored; empty if it can."""
    kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
    modules = [getattr(value, "__module__", None), *(kind.__module__ for kind in kinds)]
    library = next((m.partition(".")[0] for m in modules if m and m.startswith(_OF_TORCH)), None)
    if library is not None or getattr(type(value), "__name__", "") == "builtin_function_or_method":
        return f"an object of {library or 'torch'}"
    if "<" in getattr(value, "__qualname__", "") and not isinstance(value, type):
        return "a function that cannot be imported by a name"
    return ""
