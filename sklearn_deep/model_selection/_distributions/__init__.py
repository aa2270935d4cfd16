"""Distributions that a search draws from.

``distribution`` is the base, ``int_loguniform``, ``one_minus_loguniform``, ``hidden_layers`` and
``uniform_integers`` are drawn through their quantiles. ``quantiles`` cuts a distribution to a part,
``dimension`` tells the kinds of entries of a search space apart, ``narrowing`` shrinks a space to the
neighborhood of the best candidates.
"""

from sklearn_deep.model_selection._distributions.hidden_layers import hidden_layers
from sklearn_deep.model_selection._distributions.int_loguniform import int_loguniform
from sklearn_deep.model_selection._distributions.narrowing import narrowed, plain_space
from sklearn_deep.model_selection._distributions.one_minus_loguniform import one_minus_loguniform

__all__ = ["hidden_layers", "int_loguniform", "narrowed", "one_minus_loguniform", "plain_space"]
