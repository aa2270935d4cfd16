"""Add the operations of a tape to a graph.

``rules`` is the registry of rules, one for each operation of torch that is supported. ``elementwise``,
``activations``, ``sums_and_products`` and ``assembling`` define the rules. ``scope`` records the place in the
graph of each tensor of the tape, and ``tapes`` lowers a tape, call by call.
"""

from sklearn_deep._compiled._lowering import (  # noqa: F401  (register their rules)
    activations,
    assembling,
    elementwise,
    sums_and_products,
)
from sklearn_deep._compiled._lowering.rules import RULES
from sklearn_deep._compiled._lowering.tapes import lower

__all__ = ["RULES", "lower"]
