"""What numba compiles: importing this folder imports numba.

``interpreter`` runs tables of instructions over one flat memory. It calls the loops of ``elementwise``, whose
mathematical ``functions`` are formulas over ``scalars``, ``transposition``, and ``random``, which makes blocks
of random numbers where they are used. ``summary`` adds up what an epoch's steps wrote.
"""

from sklearn_deep._compiled._kernels.elementwise import FLAGS
from sklearn_deep._compiled._kernels.interpreter import run_steps
from sklearn_deep._compiled._kernels.summary import summarize

__all__ = ["FLAGS", "run_steps", "summarize"]
