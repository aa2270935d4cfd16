"""Add the operations of a tape to a graph.

``rules`` registers a rule for each operation of torch that is known; ``elementwise``,
``activations``, ``sums_and_products`` and ``assembling`` hold them; ``scope`` knows where each tensor
of the tape lies in the graph; ``tapes`` lowers a tape, call by call.
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
