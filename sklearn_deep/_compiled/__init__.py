"""Run recorded steps in compiled code.

In: a tape of torch's operations. Out: a table of integers. An interpreter, which numba compiles once per
machine, runs such tables on one flat memory: all steps of an epoch in one call, without Python and without
its lock.

Read ``program`` first, then follow a tape: ``_lowering`` adds its operations to a graph of buffers, which
``_graph`` describes. ``schedule`` orders them and groups elementwise operations that are run together, chunk
by chunk. ``fusion`` finds formulas that have their own loop. ``assembly`` places buffers in memory and writes
the table. The code that numba compiles is in ``_kernels``.

Importing this folder does not import numba, which takes a while. ``interpreter_for`` in ``switch`` does: it
gets the interpreter from ``entry``, which stores compiled code on disk.
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
