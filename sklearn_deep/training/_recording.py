"""Record a step once, replay it for every batch.

A recorded step is a straight list of tensor operations: no autograd bookkeeping, no module calls.
Recordings are kept by structure, so a search or a second fit of the same shapes pays once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import torch
from torch import Tensor
from torch.func import vmap
from torch.fx.experimental.proxy_tensor import make_fx

from sklearn_deep.training._objective import Step
from sklearn_deep.training._simplification import simplified

_CAPACITY = 64
_RECORDINGS: OrderedDict[Hashable, Step] = OrderedDict()


def recorded(
    key: Hashable,
    make_step: Callable[[], Step],
    sample: Sequence[Tensor],
    batched: Sequence[bool] | None,
) -> Step:
    """Return the recording of a step, made now or found.

    Parameters
    ----------
    key : hashable
        Structure of the step; shapes and types of the inputs are added to it.
    make_step : callable
        Returns the step of one member.
    sample : sequence of Tensor
        Inputs of the right shapes; their values are not looked at.
    batched : sequence of bool, optional
        Which inputs carry a member axis; None for a single network without one.

    Returns
    -------
    callable
        Takes tensors like ``sample``, returns a tuple of tensors.
    """
    shapes = tuple((tuple(t.shape), t.dtype, t.device) for t in sample)
    full_key = (key, shapes, None if batched is None else tuple(batched))
    if full_key not in _RECORDINGS:
        _RECORDINGS[full_key] = _record(make_step(), sample, batched)
        if len(_RECORDINGS) > _CAPACITY:
            _RECORDINGS.popitem(last=False)
    _RECORDINGS.move_to_end(full_key)
    return _RECORDINGS[full_key]


def _record(step: Step, sample: Sequence[Tensor], batched: Sequence[bool] | None) -> Step:
    inputs = [torch.ones(t.shape, dtype=t.dtype, device=t.device) for t in sample]
    gpus = [sample[0].device] if sample[0].is_cuda else []
    # Recording runs the step once: modules that draw must not find their generator moved by it.
    with torch.random.fork_rng(gpus):
        return _traced(step, inputs, batched)


def _traced(step: Step, inputs: Sequence[Tensor], batched: Sequence[bool] | None) -> Step:
    if batched is not None:
        together = vmap(step, in_dims=tuple(0 if b else None for b in batched))
        return simplified(make_fx(together)(*inputs), inputs).forward
    try:
        recording = make_fx(step)(*inputs)
    except RuntimeError:
        # A callable of the user's may look at values, which no recording can: run it step by step.
        return step
    return simplified(recording, inputs).forward
