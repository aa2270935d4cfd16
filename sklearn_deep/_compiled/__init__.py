"""Run recorded steps in compiled code.

A tape of torch's operations goes in. Out comes a table of integers, which one interpreter, compiled
by numba once on a machine, runs over a flat memory: all steps of an epoch in one call, without Python
and without its lock.

Read ``program`` first, then the way of a tape: ``_lowering`` adds its operations to a graph of
buffers, described in ``_graph``; ``schedule`` orders them and lets elementwise ones run together,
chunk by chunk; ``assembly`` gives buffers their places and writes the table. What numba compiles is in
``_kernels``.

Importing this folder does not import numba, which takes a while; ``interpreter_for`` of ``switch``
does: it gets the interpreter from ``entry``, which keeps it on the disk.
"""

from sklearn_deep._compiled._graph import Place, Unsupported, codes
from sklearn_deep._compiled.program import CompiledProgram, Compiler
from sklearn_deep._compiled.switch import (
    Interpreter,
    announced,
    interpreter_for,
    is_on,
    is_usable,
)

__all__ = [
    "CompiledProgram",
    "Compiler",
    "Interpreter",
    "Place",
    "Unsupported",
    "announced",
    "codes",
    "interpreter_for",
    "is_on",
    "is_usable",
]
