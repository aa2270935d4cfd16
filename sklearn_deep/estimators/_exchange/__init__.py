"""Conversion from and to scikit-learn's multilayer perceptrons.

``from_sklearn`` copies parameters and weights from scikit-learn, ``to_sklearn`` copies them to
scikit-learn, and ``exchange`` contains the public methods.
"""

from sklearn_deep.estimators._exchange.exchange import SklearnExchangeMixin

__all__ = ["SklearnExchangeMixin"]
