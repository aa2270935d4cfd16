from importlib.resources import as_file, files
from typing import Any

from sklearn.utils import Bunch

_DESCRIPTION = """5,000 of the 48,842 samples of Adult (Census Income), drawn at random.

Creators: Barry Becker and Ronny Kohavi (1996), from the census of the United States of 1994.
Source: UCI Machine Learning Repository, https://doi.org/10.24432/C5XW20.
License: Creative Commons Attribution 4.0 International (CC BY 4.0).
Changes: samples drawn, "?" replaced by an empty field, two columns named as on OpenML.
"""


def load_adult(*, return_X_y: bool = False) -> Any:
    """Load a sample of the Adult data set.

    The task is to predict whether a person earns more than 50,000 dollars a year.

    The table has 6 numeric and 8 categorical columns. ``workclass``, ``occupation`` and
    ``native-country`` have missing values. 23 % of the samples belong to the class ">50K".
    The data are part of this package, so no network is needed. The complete table is on OpenML:
    ``sklearn.datasets.fetch_openml("adult", version=2)``.

    Parameters
    ----------
    return_X_y : bool, default=False
        If true, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch
        With ``data`` (DataFrame of shape (5000, 14)), ``target`` (Series of shape (5000,), "<=50K"
        or ">50K") and ``DESCR`` (source, license and changes).

    Raises
    ------
    ImportError
        If pandas is not installed.

    References
    ----------
    Becker and Kohavi, "Adult", UCI Machine Learning Repository, 1996,
    https://doi.org/10.24432/C5XW20. License: CC BY 4.0.

    Examples
    --------
    >>> from sklearn_deep.datasets import load_adult
    >>> X, y = load_adult(return_X_y=True)
    >>> X.shape
    (5000, 14)
    >>> y.value_counts(normalize=True).round(2).to_dict()
    {'<=50K': 0.77, '>50K': 0.23}
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("load_adult returns a DataFrame. Install pandas to use it.") from error
    with as_file(files("sklearn_deep.datasets") / "adult.csv.gz") as path:
        table = pd.read_csv(path)
    data, target = table.drop(columns="income"), table["income"]
    return (data, target) if return_X_y else Bunch(data=data, target=target, DESCR=_DESCRIPTION)
