"""Search spaces: the distributions that a search draws from, and what can be asked of an entry.

``distribution`` is the base; ``int_loguniform``, ``one_minus_loguniform`` and ``hidden_layers`` are drawn
through their quantiles; ``quantiles`` cuts a distribution to a part.
``dimension`` tells the kinds of entries apart: a list, a distribution of numbers, layer sizes, or
one of which only draws are known. ``narrowing`` shrinks a space to the neighborhood of the best
candidates, ``stored`` turns one into what a file holds, and ``axes`` finds the axis on which numbers are drawn evenly, for Displays.
"""

from sklearn_deep._spaces.axes import FORWARD, INVERSE
from sklearn_deep._spaces.dimension import dimension_of
from sklearn_deep._spaces.hidden_layers import hidden_layers
from sklearn_deep._spaces.int_loguniform import int_loguniform
from sklearn_deep._spaces.narrowing import narrowed, plain_space
from sklearn_deep._spaces.one_minus_loguniform import one_minus_loguniform
from sklearn_deep._spaces.stored import space_of, space_to_store

__all__ = [
    "FORWARD",
    "INVERSE",
    "dimension_of",
    "hidden_layers",
    "int_loguniform",
    "narrowed",
    "one_minus_loguniform",
    "plain_space",
    "space_of",
    "space_to_store",
]
