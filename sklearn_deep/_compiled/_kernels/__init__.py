"""The code that numba compiles. Importing this folder imports numba.

``interpreter`` runs tables of instructions on one flat memory. It uses the loops of ``elementwise``, whose
mathematical ``functions`` are formulas over ``scalars``, and ``transposition``, and ``random``, which makes
blocks of random numbers where they are needed. ``summary`` adds up the results of the steps of an epoch.
"""

from sklearn_deep._compiled._kernels.elementwise import FLAGS
from sklearn_deep._compiled._kernels.interpreter import run_steps
from sklearn_deep._compiled._kernels.summary import summarize

__all__ = ["FLAGS", "run_steps", "summarize"]
