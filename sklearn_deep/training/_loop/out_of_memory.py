"""What a training says if the memory of its device does not suffice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from sklearn_deep.training._plan import Plan


@contextmanager
def explained_memory(plans: Sequence[Plan]) -> Iterator[None]:
    """Let torch's error about memory say what was trained, and what to change."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        plan, n = plans[0], len(plans)
        what = "one network" if n == 1 else f"{n} networks together"
        raise torch.OutOfMemoryError(
            f"Training {what} on {plan.device}, with batches of {plan.batch_size} samples, needs more memory "
            "than is free. Lower batch_size or the number of units, free memory that other programs use, or "
            f"set device='cpu'. The error of torch: {error}"
        ) from error
