"""What makes two values, or two computations, the same.

``same`` compares values of parameters. ``key`` compares computations within a process, to the last
bit; what it cannot compare equals nothing. ``digest`` does it across processes, for checkpoints:
``code`` lists what functions and classes consist of, ``origin`` tells user code from installed
libraries.

Other comparisons are other questions: ``is_marked`` of ``_shared`` finds the marker of missing
labels in y, ``Shared`` of ``training`` holds rows of equal bits once, ``structure`` of a plug-in
tells which members train in one population, ``value_key`` of ``inspection`` groups values that are
written alike.
"""

from sklearn_deep._equality.digest import Digest, UnknownValueError
from sklearn_deep._equality.key import Key
from sklearn_deep._equality.same import same

__all__ = ["Digest", "Key", "UnknownValueError", "same"]
