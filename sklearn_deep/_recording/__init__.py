"""Record one training step as a list of tensor operations, and run it again with less overhead.

In: a step, which is a function of tensors that torch evaluates operation by operation. Out: a
``RecordedStep``, which is called like the step and returns the same bits without autograd, without
modules, and without allocating memory for large results.

Read ``recorded_step`` first (when a step is recorded, checked and replayed), then follow a recording:
``record`` writes a ``tape``, and ``compile`` makes a program of it. For this, ``simplify`` removes
operations, ``memory`` decides where results are written, and ``program`` writes a Python function.
``cache`` stores programs by the structure of the step. ``operations`` is the table of torch's
operations that all of them use. ``cuda_graph`` turns a program into a single launch on a GPU.

This folder does not depend on networks or estimators: it imports only torch and its private names.
"""

from sklearn_deep._recording import cache
from sklearn_deep._recording.compile import Roles
from sklearn_deep._recording.cuda_graph import capture_on_gpu
from sklearn_deep._recording.record import Unrecordable, record, same_bits
from sklearn_deep._recording.recorded_step import RecordedStep
from sklearn_deep._recording.simplify import simplified
from sklearn_deep._recording.tape import Call, Tape, Value, contiguous, mapped, values_in

__all__ = [
    "Call",
    "RecordedStep",
    "Roles",
    "Tape",
    "Unrecordable",
    "Value",
    "cache",
    "capture_on_gpu",
    "contiguous",
    "mapped",
    "record",
    "same_bits",
    "simplified",
    "values_in",
]
