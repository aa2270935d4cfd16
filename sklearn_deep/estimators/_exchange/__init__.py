"""From and to scikit-learn's multilayer perceptrons.

``from_sklearn`` takes over parameters and weights, ``to_sklearn`` gives them back, ``exchange``
has the public methods.
"""

from sklearn_deep.estimators._exchange.exchange import SklearnExchangeMixin

__all__ = ["SklearnExchangeMixin"]
