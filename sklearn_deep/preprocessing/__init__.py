"""Preprocessing for tables."""

from sklearn_deep.preprocessing._piecewise_linear_encoder import PiecewiseLinearEncoder

__all__ = ["PiecewiseLinearEncoder"]
