"""Search spaces: distributions that a search draws from, and operations on their entries.

In: a list or a distribution per parameter. Out: draws, narrowed spaces, and plain data for reports.
Read ``distribution`` (the base class), then ``int_loguniform``, ``one_minus_loguniform`` and
``hidden_layers``, and ``quantiles`` (part of a distribution). ``dimension`` distinguishes the kinds of
entries: lists, distributions of numbers, layer sizes, and distributions of which only draws are
known. ``narrowing`` reduces a space to the neighborhood of the best candidates, ``stored`` converts it
for files, and ``axes`` finds the axis on which draws are evenly spread, for Displays.
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
