"""Layers for plug-ins. Their numbers become buffers, so that networks can be stacked and mapped."""

from __future__ import annotations

from collections.abc import Hashable

import torch
from torch import Tensor, nn

from sklearn_deep.activations import Activation
from sklearn_deep.networks._layers.passes import TrainingPass
from sklearn_deep.noise import Noise
from sklearn_deep.plugins import Plugin


class PluginLayer(nn.Module):
    """Holds a plug-in whose numbers are buffers of the network.

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
        """The plug-in with its original numbers."""
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
        """Apply the activation to a tensor of any shape."""
        plugin = self._plugin()
        assert isinstance(plugin, Activation)
        return plugin(z)


class NoiseLayer(PluginLayer):
    """A noise plug-in at a site of the network; it has no effect in evaluation mode.

    Parameters
    ----------
    plugin : Noise
    site : str
        Name of the block of random numbers that it uses, ``"source.layer"``.
    shape : tuple of int
        Shape of the disturbed tensor, without the axis of samples if ``by_row``.
    by_row : bool, default=True
        Whether the first axis of the disturbed tensor is that of samples.
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
        """Disturb ``signal`` in training mode; return it unchanged in evaluation mode."""
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
        """Apply the function to a tensor of any shape."""
        return self.function(z)

    def extra_repr(self) -> str:
        """Show the function."""
        return getattr(self.function, "__name__", repr(self.function))
