"""Networks of ``prototypes.py``: the MLP with its defaults, and one switch for each idea."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

HIDDEN = (256, 256)
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "selu": F.selu,
    "mish": F.mish,
}


@dataclass(frozen=True)
class Idea:
    """Changes of one idea to the MLP with its defaults.

    Parameters
    ----------
    clips : bool, default=False
        Whether numeric columns are scaled by quartiles and clipped smoothly.
    ntk : bool, default=False
        Whether weights are standard normal and products are divided by √fan_in.
    parametric : bool, default=False
        Whether each unit learns α in (1 - α) x + α σ(x), from α = 1.
    rate_of_alpha : float, default=0.1
        Learning rate of α, as a multiple of that of the weights.
    activations : tuple of two str, default=("relu", "relu")
        σ for classes, and for numbers.
    coslog_epochs : int, default=0
        Number of epochs of the coslog4 schedule; 0: the learning rate falls on plateaus.
    by_error : bool, default=False
        Whether the weights are those of the epoch of the least validation error, not loss.
    n_heads : int, default=1
        Predictions that are averaged. Several heads share the hidden weight matrices, and each
        has its own factors for their inputs and outputs.
    n_networks : int, default=1
        Networks that are trained one after the other, and averaged.
    n_frequencies : int, default=0
        Learned frequencies per numeric column; 0: columns are used as they are.
    """

    clips: bool = False
    ntk: bool = False
    parametric: bool = False
    rate_of_alpha: float = 0.1
    activations: tuple[str, str] = ("relu", "relu")
    coslog_epochs: int = 0
    by_error: bool = False
    n_heads: int = 1
    n_networks: int = 1
    n_frequencies: int = 0


def normal(std: float, *shape: int, generator: Generator) -> nn.Parameter:
    """Return parameters drawn from a normal distribution of mean 0."""
    return nn.Parameter(torch.empty(shape).normal_(0, std, generator=generator))


class Shared(nn.Module):
    """Affine map of (n_heads, n_samples, n_in): all heads have the same weights.

    Each head may have its own bias and its own factors of inputs and outputs (BatchEnsemble).
    """

    def __init__(
        self, n_in: int, n_out: int, variance: float, idea: Idea, first: bool, generator: Generator
    ) -> None:
        super().__init__()
        self.by = 1 / sqrt(n_in) if idea.ntk else 1.0
        std = 1.0 if idea.ntk else sqrt(variance)
        self.weight = normal(std, n_out, n_in, generator=generator)
        self.inputs = self.outputs = None
        self.bias = nn.Parameter(torch.zeros(n_out))
        if idea.n_heads > 1:
            # As in TabM: random signs make the heads differ, all other factors start at 1.
            signs = torch.randint(0, 2, (idea.n_heads, 1, n_in), generator=generator) * 2.0 - 1
            self.inputs = nn.Parameter(signs if first else torch.ones_like(signs))
            self.outputs = nn.Parameter(torch.ones(idea.n_heads, 1, n_out))
            self.bias = nn.Parameter(torch.zeros(idea.n_heads, 1, n_out))

    def forward(self, x: Tensor) -> Tensor:
        """Return (n_heads, n_samples, n_out)."""
        x = x if self.by == 1 else x * self.by
        if self.inputs is None or self.outputs is None:
            return F.linear(x, self.weight, self.bias)
        return torch.addcmul(self.bias, F.linear(x * self.inputs, self.weight), self.outputs)


class Heads(nn.Module):
    """Affine map with separate weights for each head."""

    def __init__(
        self, n_in: int, n_out: int, variance: float, idea: Idea, generator: Generator
    ) -> None:
        super().__init__()
        self.by = 1 / sqrt(n_in) if idea.ntk else 1.0
        std = 1.0 if idea.ntk else sqrt(variance)
        self.weight = normal(std, idea.n_heads, n_in, n_out, generator=generator)
        self.bias = nn.Parameter(torch.zeros(idea.n_heads, 1, n_out))

    def forward(self, x: Tensor) -> Tensor:
        """Return (n_heads, n_samples, n_out)."""
        x = x if self.by == 1 else x * self.by
        return torch.baddbmm(self.bias, x, self.weight)


class Activation(nn.Module):
    """A function of each unit, with or without its α."""

    def __init__(
        self, function: Callable[[Tensor], Tensor], n_units: int, parametric: bool
    ) -> None:
        super().__init__()
        self.function = function
        self.alpha = nn.Parameter(torch.ones(n_units)) if parametric else None

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the shape of x."""
        return (
            self.function(x) if self.alpha is None else torch.lerp(x, self.function(x), self.alpha)
        )


class Periodic(nn.Module):
    """Sines and cosines of each numeric column, a linear map and ReLU: PLR embeddings.

    References
    ----------
    Gorishniy et al., "On embeddings for numerical features in tabular deep learning", 2022.
    """

    STD, WIDTH = 0.1, 8  # of the first frequencies; numbers that become of a column

    def __init__(self, numeric: Tensor, n_frequencies: int, generator: Generator) -> None:
        super().__init__()
        self.numeric, self.other = numeric.nonzero()[:, 0], (~numeric).nonzero()[:, 0]
        n, fan_in = len(self.numeric), 2 * n_frequencies
        self.frequencies = normal(self.STD, n, n_frequencies, generator=generator)
        self.weight = normal(sqrt(2 / fan_in), n, fan_in, self.WIDTH, generator=generator)
        self.bias = nn.Parameter(torch.zeros(n, self.WIDTH))
        self.n_outputs = n * self.WIDTH + len(self.other)

    def forward(self, x: Tensor) -> Tensor:
        """Return (1, n_samples, n_outputs) of x (1, n_samples, n_features)."""
        angles = 2 * pi * x[..., self.numeric, None] * self.frequencies
        waves = torch.cat([angles.sin(), angles.cos()], -1)
        made = F.relu(torch.einsum("hbnf,nfe->hbne", waves, self.weight) + self.bias)
        return torch.cat([made.flatten(2), x[..., self.other]], -1)


def mean_square(function: Callable[[Tensor], Tensor]) -> float:
    """Return E[σ(z)²] of a standard normal z, by the midpoint rule."""
    z = torch.special.ndtri((torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000)
    return float(function(z).square().mean())


def network(
    idea: Idea, numeric: Tensor, n_outputs: int, is_regression: bool, generator: Generator
) -> nn.Sequential:
    """Return a network with initial weights as by ``init="auto"``.

    Parameters
    ----------
    idea : Idea
        Differences from the defaults.
    numeric : Tensor of shape (n_features,)
        Whether a column holds numbers; the others are 0 or 1.
    n_outputs : int
        Numbers that a head predicts.
    is_regression : bool
        Which of the idea's activations is taken.
    generator : Generator
        The only source of randomness.
    """
    layers: list[nn.Module] = []
    n_in = len(numeric)
    if idea.n_frequencies:
        layers.append(Periodic(numeric, idea.n_frequencies, generator))
        n_in = layers[0].n_outputs
    function = ACTIVATIONS[idea.activations[is_regression]]
    kept = 1 / mean_square(function)
    variance = min(1 / n_in, 2 / (n_in + HIDDEN[0]))
    for place, n_out in enumerate(HIDDEN):
        layers.append(Shared(n_in, n_out, variance, idea, place == 0, generator))
        layers.append(Activation(function, n_out, idea.parametric))
        n_in, variance = n_out, kept / n_out
    layers.append(Heads(n_in, n_outputs, 0.5 * variance, idea, generator))
    return nn.Sequential(*layers)


def step_factor(idea: Idea, name: str) -> float:
    """Return by what the learning rate of a parameter is multiplied."""
    if name.endswith("alpha"):
        return idea.rate_of_alpha
    # Adam's step in a weight divided by √256 is then the step of the baseline.
    return 16.0 if idea.ntk and name.endswith("weight") else 1.0
