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

    It is ``skops.io.dump``, compressed. An existing file is replaced once the new one is complete.

    Parameters
    ----------
    estimator : estimator
        Of this library or of scikit-learn, such as a pipeline; fitted or not.
    path : str or path-like
        The file.

    Raises
    ------
    TypeError
        If a parameter is an object that only code can make: one of torch or skorch, or a function
        without a name.

    See Also
    --------
    load : Reads the file.
    trusted_types : What the file may hold.
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
    """Read an estimator that ``save`` or ``skops.io.dump`` has written; no code of the file is executed.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : sequence of str, default=()
        Types to trust beside ``trusted_types()``, with their modules: plug-ins of others, functions of your own.

    Returns
    -------
    estimator
        On the CPU.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another kind of file, or ends early.
    skops.io.exceptions.UntrustedTypesFoundException
        If the file holds another type; the message names it.

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
            f"{os.fspath(path)!r} is no complete file of sklearn_deep.save or skops.io.dump. A pickle is read by "
            "pickle.load or joblib.load, from people you trust only."
        )
    return skops.io.load(path, trusted=[*trusted_types(), *trusted])


def _check_parameters(estimator: Any) -> None:
    """Raise if a parameter cannot be stored, with its name."""
    if not hasattr(estimator, "get_params") or isinstance(estimator, type):
        raise TypeError(f"sklearn_deep.save takes an estimator, got {estimator!r}.")
    for name, value in estimator.get_params(deep=True).items():
        for one in value if isinstance(value, list | tuple) else [value]:
            if why := _reason(one):
                raise TypeError(
                    f"The {name!r} parameter of {type(estimator).__name__} is {one!r}, {why}, which a file without "
                    "code cannot hold. Give a name or a plug-in instead, or use pickle among people you trust."
                )


def _reason(value: Any) -> str:
    """Return why a value cannot be stored; empty if it can."""
    kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
    modules = [getattr(value, "__module__", None), *(kind.__module__ for kind in kinds)]
    library = next((m.partition(".")[0] for m in modules if m and m.startswith(_OF_TORCH)), None)
    if library is not None or getattr(type(value), "__name__", "") == "builtin_function_or_method":
        return f"an object of {library or 'torch'}"
    if "<" in getattr(value, "__qualname__", "") and not isinstance(value, type):
        return "a function that cannot be imported by a name"
    return ""
