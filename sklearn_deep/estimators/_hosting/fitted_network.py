"""The network that a fit leaves: its weights once, in memory and in a pickle."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import nullcontext
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_deep._process import isolated, plain_torch
from sklearn_deep.networks import AutoencoderArchitecture, MLPArchitecture, plain_network
from sklearn_deep.noise import Noise

Architecture = MLPArchitecture | AutoencoderArchitecture


class FittedNetwork:
    """Weights of a fit, and plain networks that show them.

    All networks share the memory of the weights, so an in-place change of one, as by an optimizer
    or ``load_state_dict``, reaches predictions and later fits. What else a user does to ``module``
    (layers replaced, quantized, moved, in training mode) has no effect on them.

    Parameters
    ----------
    architecture : MLPArchitecture or AutoencoderArchitecture
    noise : mapping of str to Noise
        By site; dropout is a layer of the plain network.
    network : nn.Module
        The trained network, kept as it is.
    final, link : nn.Module, optional
        What ``module`` applies to outputs and to reconstructions; see ``plain_network``.
    """

    def __init__(
        self,
        architecture: Architecture,
        noise: Mapping[str, Noise],
        network: nn.Module,
        final: nn.Module | None = None,
        link: nn.Module | None = None,
    ) -> None:
        self.architecture = architecture
        self.noise = dict(noise)
        self._network = network
        self._tensors = [*network.parameters(), *network.buffers()]
        self._final = None if final is None else final.to(self.like)
        self._link = link
        # By dtype; one entry replaces another in one step, so threads need no lock.
        self._predictors: dict[torch.dtype, tuple[list[int], nn.Module]] = {}

    @cached_property
    def module(self) -> nn.Module:
        """The network for the user; see ``plain_network``."""
        module = plain_network(self._network, copy.deepcopy(self._final), copy.deepcopy(self._link))
        # Its number of batches, too, since torch counts no change of running statistics.
        self._tensors += module.buffers()
        return module

    @property
    def weights(self) -> dict[str, Tensor]:
        """``state_dict`` of the trained network."""
        return dict(self._network.state_dict())

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The weights as arrays, by the names of ``state_dict``."""
        return {name: tensor.cpu().numpy() for name, tensor in self.weights.items()}

    @property
    def like(self) -> Tensor:
        """A tensor of the dtype and device of the weights."""
        return self._tensors[0]

    @property
    def own_predictor(self) -> nn.Module:
        """The ``predictor`` in the dtype of the weights."""
        return self.predictor(self.like.dtype)

    def predictor(self, dtype: torch.dtype) -> nn.Module:
        """Return a plain network in evaluation mode and some ``dtype``, which nobody else changes.

        In another dtype than that of training its weights are a copy, which is made once. It is made
        again after an in-place change of the weights, of which torch keeps count; a change through
        ``weight.data`` is not counted.
        """
        versions = (
            [] if dtype == self.like.dtype else [_version(tensor) for tensor in self._tensors]
        )
        found = self._predictors.get(dtype)
        if found is None or found[0] != versions:
            with torch.inference_mode(False):
                found = versions, plain_network(self._network).to(dtype)
            self._predictors[dtype] = found
        return found[1]

    def __deepcopy__(self, memo: dict[int, Any]) -> FittedNetwork:
        network = copy.deepcopy(self._network, memo)
        final, link = copy.deepcopy((self._final, self._link), memo)
        return FittedNetwork(self.architecture, self.noise, network, final, link)

    def __getstate__(self) -> dict[str, Any]:
        # Arrays: a tensor would add half a kilobyte to a pickle.
        return {
            "architecture": self.architecture,
            "noise": self.noise,
            "weights": self.arrays,
            "final": self._final,
            "link": self._link,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(vars(FittedNetwork.of_weights(**state)))

    @classmethod
    @torch.inference_mode(False)
    def of_weights(
        cls,
        architecture: Architecture,
        noise: Mapping[str, Noise],
        weights: Mapping[str, np.ndarray],
        final: nn.Module | None,
        link: nn.Module | None,
    ) -> FittedNetwork:
        """Return the network that has these weights, on the CPU."""
        # Constructors of user-defined modules may draw from the global generator.
        draws = any(isinstance(value, type) for value in vars(architecture).values())
        with plain_torch(), isolated(0) if draws else nullcontext():
            network = architecture.build(noise).eval()
            network.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
        return cls(architecture, noise, network, final, link)


def _version(tensor: Tensor) -> int:
    """Return how often a tensor was changed in place, as far as torch counts."""
    return 0 if tensor.is_inference() else tensor._version
