"""Run a step as a single launch, because on a GPU launching each operation takes longer than running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Launch = Callable[[], None]
# Runs a function once and returns a function that repeats it on the same memory.
Capture = Callable[[Callable[[], None]], Launch]

_WARM_UP_RUNS = 3


def graphed(
    step: Callable[..., Sequence[Tensor]], sample: Sequence[Tensor], capture: Capture
) -> Callable[..., Sequence[Tensor]]:
    """Return the step as a graph that reads and writes the same memory in every call.

    Parameters
    ----------
    step : callable
        None of its operations may wait for the GPU. Tensors other than its inputs are read from
        their memory at the time of each call.
    sample : sequence of Tensor
        Inputs of one call. Inputs of later calls are copied to the memory of the graph.
    capture : callable
        ``capture_on_gpu``, or a replacement that runs anywhere, for tests.
    """
    own = [tensor.clone() for tensor in sample]
    found: list[Tensor] = []

    def run() -> None:
        found[:] = step(*own)

    launch = capture(run)

    def graphed_step(*tensors: Tensor) -> list[Tensor]:
        for mine, given in zip(own, tensors, strict=True):
            mine.copy_(given)
        launch()
        # Copied, because the next call overwrites the memory.
        return [tensor.clone() for tensor in found]

    return graphed_step


def capture_on_gpu(run: Callable[[], None]) -> Launch:
    """Capture the operations that a function launches as a CUDA graph.

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
