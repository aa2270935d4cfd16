"""Record one step of training as a list of tensor operations, and run it again fast.

A step goes in: a function of tensors that torch evaluates operation by operation. Out comes a
``RecordedStep``, which is called like the step and returns the same bits without autograd, modules
and fresh memory for large results.

Read ``recorded_step`` first (when a step is recorded, checked and replayed), then the way of a
recording: ``record`` writes a ``tape``; ``compile`` makes a program of it, for which ``simplify``
leaves out operations, ``memory`` decides where results are written and ``program`` writes a Python
function; ``cache`` keeps programs by the structure of the step. ``operations`` is the one table of
what all of them know about torch's operations. ``cuda_graph`` makes one launch of a program on a
GPU.

Nothing here knows networks or estimators: the folder imports torch and its private names only.
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
