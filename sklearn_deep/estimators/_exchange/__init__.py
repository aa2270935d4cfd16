"""From and to scikit-learn's multilayer perceptrons.

``from_sklearn`` takes over parameters and weights, ``to_sklearn`` gives them back, ``exchange``
has the public methods.
"""

from sklearn_deep.estimators._exchange.exchange import Exchange
from sklearn_deep.estimators._exchange.from_sklearn import labels_of
from sklearn_deep.estimators._exchange.to_sklearn import binarizer_of

__all__ = ["Exchange", "binarizer_of", "labels_of"]
