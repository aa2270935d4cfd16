"""The cases of fits: networks, batches, and samples labeled by a teacher network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

N_FEATURES, N_CLASSES = 64, 10
LEARNING_RATE = 1e-3
DROPOUT = 0.2
# Plain; with options that scikit-learn's MLP also has; with options that skorch's module has.
VARIANTS = ("plain", "weights", "dropout + weights")


class Case(NamedTuple):
    """Settings that are the same for all libraries."""

    hidden: tuple[int, ...]
    batch_size: int
    n_samples: int
    epochs: int
    variant: str = "plain"

    @property
    def weighted(self) -> bool:
        """Whether samples have weights."""
        return "weights" in self.variant

    @property
    def dropout(self) -> float:
        """Probability of dropping a hidden unit."""
        return DROPOUT if "dropout" in self.variant else 0.0

    @property
    def n_steps(self) -> int:
        """Steps of the whole fit."""
        return self.epochs * -(-self.n_samples // self.batch_size)


class Rows(NamedTuple):
    """X ``(n_samples, 64)`` float32, y ``(n_samples,)``, sample weights ``(n_samples,)`` or None."""

    X: np.ndarray
    y: np.ndarray
    sample_weight: np.ndarray | None


NETWORKS = (
    Case((64, 64), 32, 2000, 50),
    Case((100,), 64, 2000, 50),
    Case((100,), 200, 5000, 50),
    Case((256, 256), 128, 5000, 50),
)


def rows_of(case: Case) -> Rows:
    """Return standard normal samples, labeled by a random network with noise on its outputs."""
    random = np.random.default_rng(0)
    X = random.standard_normal((case.n_samples, N_FEATURES))
    hidden = np.tanh(X @ random.standard_normal((N_FEATURES, 32)) / 8)
    logits = hidden @ random.standard_normal((32, N_CLASSES))
    y = (logits + random.standard_normal(logits.shape)).argmax(1)
    weight = random.uniform(0.5, 1.5, case.n_samples) if case.weighted else None
    return Rows(X.astype(np.float32), y, weight)
