"""A step as one launch: on a GPU, launching its operations one by one takes longer than running them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from sklearn_deep.training._objective import Step

Replay = Callable[[], None]
# Runs a function once and returns what repeats it, on the same memory.
Capture = Callable[[Callable[[], None]], Replay]

_WARM_UP_RUNS = 3


def graphed(step: Step, sample: Sequence[Tensor], n_fixed: int, capture: Capture) -> Step:
    """Return the step as a graph that reads and writes the same memory at every call.

    Parameters
    ----------
    step : callable
        A recorded step: no operation of it may wait for the GPU.
    sample : sequence of Tensor
        Inputs of the first call.
    n_fixed : int
        How many of the inputs, from the first, are the same tensors at every call: parameters and
        buffers, which the graph reads where they lie. The others are copied to memory of its own.
    capture : callable
        ``capture_on_gpu``, or a stand-in that runs anywhere.
    """
    own = [tensor.clone() for tensor in sample[n_fixed:]]
    found: list[Tensor] = []

    def run() -> None:
        found[:] = step(*sample[:n_fixed], *own)

    replay = capture(run)

    def graphed_step(*tensors: Tensor) -> tuple[Tensor, ...]:
        for mine, given in zip(own, tensors[n_fixed:], strict=True):
            mine.copy_(given)
        replay()
        # The next call writes to the same memory.
        return tuple(tensor.clone() for tensor in found)

    return graphed_step


def capture_on_gpu(run: Callable[[], None]) -> Replay:
    """Capture what a function launches as a CUDA graph.

    References
    ----------
    "CUDA graphs" in the notes of PyTorch's documentation: warm up on a side stream, then capture.
    """
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(_WARM_UP_RUNS):
            run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph.replay
