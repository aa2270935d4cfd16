"""Result of a fit: the trained network and, when it is first used, the skorch net around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from torch import nn

from sklearn_deep.estimators._hosting.fitted_network import FittedNetwork
from sklearn_deep.estimators._hosting.lines import shown_values
from sklearn_deep.estimators._hosting.net import NetSettings, TrainingNet
from sklearn_deep.estimators._hosting.pickling import Copied, State, on_cpu
from sklearn_deep.networks import target_unit
from sklearn_deep.training import Plan


class HostedFit(Copied):
    """A fitted network with its skorch net, which is built at its first use.

    Most nets are never used, and building one takes longer than an epoch of a small network.

    Parameters
    ----------
    network : FittedNetwork
    settings : NetSettings
    history : mapping of str to ndarray of shape (n_epochs,)
        History of this fit, for a net that is built later.
    net : TrainingNet or None, default=None
        The net whose callbacks have observed the training.
    """

    def __init__(
        self,
        network: FittedNetwork,
        settings: NetSettings,
        history: Mapping[str, np.ndarray],
        net: TrainingNet | None = None,
    ) -> None:
        self.network = network
        self.settings = settings
        self.history = history
        self._net = None if net is None else net.holding(network)

    @classmethod
    def of(
        cls,
        plan: Plan,
        network: nn.Module,
        history: Mapping[str, np.ndarray],
        net: TrainingNet | None = None,
    ) -> Self:
        """Return the result of a plan with its trained network."""
        final = target_unit(plan.loss, plan.target_scale)
        link = target_unit(plan.reconstruction_loss, None)
        fitted = FittedNetwork(plan.architecture, plan.noise, network, final, link)
        return cls(fitted, NetSettings.of(plan), history, net)

    @property
    def net(self) -> TrainingNet:
        """The skorch net with the fitted network."""
        if self._net is None:
            net = TrainingNet.of(self.settings, self.network.module)
            for values in zip(*self.history.values(), strict=True):
                net.notify("on_epoch_begin")
                for name, value in zip(shown_values(self.history), values, strict=True):
                    net.history.record(name, float(value))
            self._net = net.holding(self.network)
        return self._net

    def with_all_on_cpu(self, state: State) -> State:
        """Return a state that contains this object, with all tensors on the CPU.

        Everything is moved together, so that callbacks in the state remain identical to those of the net.
        """
        (name,) = (name for name, value in state.items() if value is self)
        net = self._net
        own = vars(self) | {"_net": None if net is None else net.state()}
        mapped = on_cpu(state | {name: own})
        twin = object.__new__(type(self))
        vars(twin).update(mapped[name])
        if twin._net is not None:
            there = object.__new__(TrainingNet)
            there.__setstate__(mapped[name]["_net"] | {"device": "cpu"})
            twin._net = there
        return mapped | {name: twin}

    @property
    def has_callbacks(self) -> bool:
        """Whether there is a net with user-defined callbacks that have observed the training."""
        return self._net is not None and bool(self._net.callbacks)

    @property
    def device(self) -> str:
        """Device of the network."""
        return str(self.network.like.device if self._net is None else self._net.device)
