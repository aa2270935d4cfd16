"""The trained network of a fit, whose weights are stored only once, in memory and in a pickle."""

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
    """Weights of a fit, and plain networks that use them.

    All networks share the memory of the weights, so in-place changes, for example by an optimizer or
    ``load_state_dict``, affect predictions and later fits. Other changes of ``module`` (replaced,
    quantized or moved layers, training mode) have no effect on them.

    Parameters
    ----------
    architecture : MLPArchitecture or AutoencoderArchitecture
    noise : mapping of str to Noise
        Noise by site; dropout is a layer of the plain network.
    network : nn.Module
        The trained network, which is not changed.
    final, link : nn.Module, optional
        Modules that ``module`` applies to outputs and to reconstructions; see ``plain_network``.
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
        # By dtype. Entries are replaced atomically, so threads need no lock.
        self._predictors: dict[torch.dtype, tuple[list[int], nn.Module]] = {}

    @cached_property
    def module(self) -> nn.Module:
        """The network in the form for users; see ``plain_network``."""
        module = plain_network(self._network, copy.deepcopy(self._final), copy.deepcopy(self._link))
        # Includes the number of batches, because torch does not count changes of running statistics.
        self._tensors += module.buffers()
        return module

    @property
    def weights(self) -> dict[str, Tensor]:
        """``state_dict`` of the trained network."""
        return dict(self._network.state_dict())

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The weights as arrays, by their names in ``state_dict``."""
        return {name: tensor.cpu().numpy() for name, tensor in self.weights.items()}

    @property
    def like(self) -> Tensor:
        """A tensor with the dtype and device of the weights."""
        return self._tensors[0]

    @property
    def own_predictor(self) -> nn.Module:
        """The ``predictor`` in the dtype of the weights."""
        return self.predictor(self.like.dtype)

    def predictor(self, dtype: torch.dtype) -> nn.Module:
        """Return a plain network in evaluation mode in a ``dtype``; callers must not change it.

        If ``dtype`` differs from that of training, the weights are a copy, which is made once and renewed
        after in-place changes of the weights. Changes through ``weight.data`` are not detected.
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
        # As arrays, because a tensor adds half a kilobyte to a pickle.
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
        """Return a network with the given weights, on the CPU."""
        # Constructors of user-defined modules may use the global generator.
        draws = any(isinstance(value, type) for value in vars(architecture).values())
        with plain_torch(), isolated(0) if draws else nullcontext():
            network = architecture.build(noise).eval()
            network.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
        return cls(architecture, noise, network, final, link)


def _version(tensor: Tensor) -> int:
    """Return the number of in-place changes of a tensor that torch has counted."""
    return 0 if tensor.is_inference() else tensor._version
