"""Run recorded steps in compiled code.

A tape of torch's operations goes in. Out comes a table of integers, which one interpreter, compiled
by numba once on a machine, runs over a flat memory: all steps of an epoch in one call, without Python
and without its lock.

Read ``program`` first, then the way of a tape: ``_lowering`` adds its operations to a graph of
buffers, described in ``_graph``; ``schedule`` orders them and lets elementwise ones run together,
chunk by chunk; ``assembly`` gives buffers their places and writes the table. Compiled are
``interpreter``, which runs the table, the loops of ``elementwise``, the mathematical ``functions``,
which are formulas over ``scalars``, and ``random``, which makes blocks of random numbers where they
are used.

Importing this folder does not import numba, which takes a while; ``interpreter_for`` of ``switch``
does: it gets the interpreter from ``entry``, which keeps it on the disk.
"""

from sklearn_deep._compiled._graph import Place, Unsupported, codes
from sklearn_deep._compiled.program import CompiledProgram, Compiler
from sklearn_deep._compiled.switch import announced, interpreter_for, is_on, is_usable

__all__ = [
    "CompiledProgram",
    "Compiler",
    "Place",
    "Unsupported",
    "announced",
    "codes",
    "interpreter_for",
    "is_on",
    "is_usable",
]
