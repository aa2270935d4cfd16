"""Two data sets that the examples use and scikit-learn does not ship.

Each function says where the data come from and under which terms they may be used.
"""

from sklearn_deep.datasets._adult import load_adult
from sklearn_deep.datasets._mnist import fetch_mnist_subset

__all__ = ["fetch_mnist_subset", "load_adult"]
