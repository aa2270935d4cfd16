"""Equality of values and of computations.

``same`` compares values of parameters. ``key`` compares computations within one process, to the last
bit; a value that cannot be compared equals no other. ``digest`` compares computations across
processes, for checkpoints. It uses ``code`` (the parts of functions and classes) and ``origin``
(whether code belongs to the user or to an installed library).

Related comparisons are elsewhere: ``is_marked`` in ``_shared`` finds the marker of missing labels in y,
``Shared`` in ``training`` stores bit-identical arrays once, ``structure`` of a plug-in says which
networks can be trained in one population, and ``value_key`` in ``inspection`` groups values that have
the same text.
"""

from sklearn_deep._equality.digest import Digest, UnknownValueError
from sklearn_deep._equality.key import Key
from sklearn_deep._equality.same import same

__all__ = ["Digest", "Key", "UnknownValueError", "same"]
