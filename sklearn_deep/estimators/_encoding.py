"""What every estimator that has an autoencoder does with codes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted
from torch import Tensor, nn

from sklearn_deep.estimators._rows import FLOATS


class Encoding(TransformerMixin):
    """Rows in, codes and reconstructions out."""

    n_components: int
    _applied: Any
    _new_rows: Any
    _is_fitted: bool
    net_: Any

    def transform(self, X: Any) -> np.ndarray:
        """Return the code of each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            In the float type of X.
        """
        return self._codes(X)

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Return what codes stand for.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Codes.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In the float type of X.

        Raises
        ------
        ValueError
            If X has not one column a component.
        """
        check_is_fitted(self)
        codes = check_array(X, dtype=FLOATS, input_name="X", estimator=self)
        if codes.shape[1] != self.n_components_:
            raise ValueError(
                f"X of {type(self).__name__}.inverse_transform must have {self.n_components_} columns, one "
                f"a component of the code, got {codes.shape[1]}. Give codes, not rows or reconstructions."
            )
        return self._decoded(codes, lambda module, rows: module.decode(rows))

    def reconstruct(self, X: Any) -> np.ndarray:
        """Return rows after encoder and decoder.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            In the float type of X.
        """
        return self._decoded(
            self._new_rows(X), lambda module, rows: module.decode(module.encode(rows))
        )

    def score_samples(self, X: Any) -> np.ndarray:
        """Return minus the squared error of each row's reconstruction, the mean over features.

        Rows unlike those of the fit score low: a measure of anomaly.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            At most 0.
        """

        def scores(module: nn.Module, rows: Tensor) -> Tensor:
            reconstructed = self._predictions(module.decode(module.encode(rows)))  # type: ignore[operator]
            return -(reconstructed - rows).square().mean(1)

        found: np.ndarray = self._applied(self._new_rows(X), scores)
        return found

    @property
    def n_components_(self) -> int:
        """Width of the code of the fitted network."""
        if not self._is_fitted:
            raise AttributeError(
                f"This {type(self).__name__} has no n_components_ before it is fitted."
            )
        width: int = self.net_.module_.n_components
        return width

    def _codes(self, X: Any) -> np.ndarray:
        rows = self._new_rows(X)
        codes: np.ndarray = self._applied(rows, lambda module, rows: module.encode(rows))
        return codes

    def _decoded(self, X: Any, decode: Any) -> np.ndarray:
        def predicted(module: nn.Module, rows: Tensor) -> Tensor:
            return self._predictions(decode(module, rows))

        decoded: np.ndarray = self._applied(X, predicted)
        return decoded

    def _predictions(self, output: Tensor) -> Tensor:
        """Return the inverse link of the reconstruction's loss."""
        predicted: Tensor = self.net_.criterion_.reconstruction.predictions(output)
        return predicted
