"""Record one step of training as a list of tensor operations, and run it again fast.

A step goes in: a function of tensors that torch evaluates operation by operation. Out comes a
``Replay``, which is called like the step and returns the same bits without autograd and modules.

Read ``replay`` first (when a step is recorded, checked and replayed), then the way of a recording:
``record`` writes a ``tape``, ``simplify`` shortens it, ``memory`` decides where results are
written, ``program`` makes a Python function of it, ``compile`` puts these together and keeps
recordings by structure. ``cuda_graph`` makes one launch of a program on a GPU.

Nothing here knows networks or estimators: the folder imports torch only.
"""

from sklearn_deep._recording.compile import Roles
from sklearn_deep._recording.cuda_graph import capture_on_gpu
from sklearn_deep._recording.replay import Replay

__all__ = ["Replay", "Roles", "capture_on_gpu"]
