"""The training samples of each fold, taken anew for each fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import get_tags

from sklearn_deep._compat.sklearn import check_method_params, safe_split
from sklearn_deep._equality import Key
from sklearn_deep._fits.active_fit import Job
from sklearn_deep._fits.samples import Samples


class Folds:
    """Samples, targets and fit parameters of each training part: where they lie.

    Parameters
    ----------
    X, y : all samples and targets
    fit_params : dict
        Of ``fit``; those as long as X are divided like it.
    splits : sequence of (train, test)
        Places of samples.
    scores_training : bool
        Whether it matters what a fit writes into its X.
    """

    def __init__(
        self,
        X: Any,
        y: Any,
        fit_params: dict[str, Any],
        splits: Sequence[Any],
        scores_training: bool,
    ) -> None:
        self.X, self.y, self.fit_params = X, y, fit_params
        self.scores_training = scores_training
        self.trains = [_places(train) for train, _ in splits]

    def __len__(self) -> int:
        return len(self.trains)

    def job(self, candidate: Any, fold: int) -> Job:
        """Return the fit of a candidate on the training part of a fold."""
        train = self.trains[fold]
        pairwise = get_tags(candidate).input_tags.pairwise
        if pairwise:
            safe_split(candidate, self.X, None, train[:1])  # raises unless X is square
        X = Samples(self.X, Key("X", fold, pairwise), train, pairwise)
        X.is_watched = self.scores_training
        y = None if self.y is None else Samples(self.y, Key("y", fold), train)
        params = {name: self._param(name, fold) for name in self.fit_params}
        return Job(candidate, X, y, params, fold)

    def _param(self, name: str, fold: int) -> Samples | None:
        value, train = self.fit_params[name], self.trains[fold]
        if value is None:
            return None  # as if it was not given
        some = check_method_params(self.X, params={name: value}, indices=train[:1])[name]
        return Samples(value, Key("param", name, fold), None if some is value else train)


def _places(train: Any) -> np.ndarray:
    train = np.asarray(train)
    return np.flatnonzero(train) if train.dtype == bool else train
