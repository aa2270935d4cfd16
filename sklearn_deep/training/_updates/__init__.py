"""How parameters move after the gradient is known.

``updates`` applies the rules of this library to all members at once; ``single`` lets an optimizer
of torch, which knows one network, train a population of one; ``choice`` says which of them.
"""

from sklearn_deep.training._updates.choice import updates_of

__all__ = ["updates_of"]
