"""Plug-ins inside a network: their numbers become buffers, so that they stack and vmap."""

from __future__ import annotations

from collections.abc import Hashable

import torch
from torch import Tensor, nn

from sklearn_deep.activations import Activation
from sklearn_deep.networks._layers.passes import TrainingPass
from sklearn_deep.noise import Noise
from sklearn_deep.plugins import Plugin


class PluginLayer(nn.Module):
    """Hold a plug-in whose numbers are buffers of the network.

    Parameters
    ----------
    plugin : Plugin
    """

    def __init__(self, plugin: Plugin) -> None:
        super().__init__()
        self._held = plugin
        for name, value in plugin.numbers().items():
            self.register_buffer(name, torch.tensor(value, dtype=torch.float64), persistent=False)

    @property
    def plugin(self) -> Plugin:
        """The plug-in as it was given."""
        return self._held

    def _plugin(self) -> Plugin:
        return self._held.with_numbers(dict(self.named_buffers()))

    def structure(self) -> Hashable:
        """Return the structure of the plug-in."""
        return self._held.structure()

    def extra_repr(self) -> str:
        """Show the plug-in."""
        return repr(self._held)


class ActivationLayer(PluginLayer):
    """An activation plug-in as a layer."""

    def forward(self, z: Tensor) -> Tensor:
        """Apply the activation; any shape."""
        plugin = self._plugin()
        assert isinstance(plugin, Activation)
        return plugin(z)


class NoiseLayer(PluginLayer):
    """A noise plug-in at a site of the network; does nothing in evaluation.

    Parameters
    ----------
    plugin : Noise
    site : str
        Name of the block of random numbers it takes, ``"source.layer"``.
    shape : tuple of int
        Shape of what it disturbs, without the axis of rows if ``by_row``.
    by_row : bool, default=True
        Whether the disturbed tensor has an axis of rows in front.
    """

    def __init__(
        self, plugin: Noise, site: str, shape: tuple[int, ...], by_row: bool = True
    ) -> None:
        super().__init__(plugin)
        self.site = site
        self.shape = shape
        self.by_row = by_row
        self.distribution = plugin.distribution

    def forward(self, signal: Tensor, training: TrainingPass | None) -> Tensor:
        """Disturb ``signal`` in training, return it as it is in evaluation."""
        if training is None:
            return signal
        plugin = self._plugin()
        assert isinstance(plugin, Noise)
        return plugin.apply(signal, training.draws[self.site])


class FunctionLayer(nn.Module):
    """An elementwise function as a layer."""

    def __init__(self, function) -> None:  # type: ignore[no-untyped-def]
        super().__init__()
        self.function = function

    def forward(self, z: Tensor) -> Tensor:
        """Apply the function; any shape."""
        return self.function(z)

    def extra_repr(self) -> str:
        """Show the function."""
        return getattr(self.function, "__name__", repr(self.function))
