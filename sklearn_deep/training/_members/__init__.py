"""The members of a population: their tensors and their records.

``member`` holds the record of one fit (history, stopping, schedule and result), ``population`` stacks the
parameters of all members, ``widening`` pads a network to the widths of its population, and ``stored`` is a
result without its network and plan, as a checkpoint stores it.
"""

from sklearn_deep.training._members.member import Member, Paused, Result
from sklearn_deep.training._members.population import Population
from sklearn_deep.training._members.stored import result_of_stored, result_to_store
from sklearn_deep.training._members.widening import Weights

__all__ = [
    "Member",
    "Paused",
    "Population",
    "Result",
    "Weights",
    "result_of_stored",
    "result_to_store",
]
