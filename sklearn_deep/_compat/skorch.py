"""The private names of skorch that the library uses."""

from __future__ import annotations

from typing import Any

from skorch import NeuralNet

__all__ = ["BareNet", "register_optimizer"]


class BareNet(NeuralNet):
    """A net without the callbacks that skorch adds for its own loop."""

    @property
    def _default_callbacks(self) -> list[tuple[str, Any]]:
        return []


def register_optimizer(net: NeuralNet) -> None:
    """Register the attribute ``optimizer_``, which is assigned later, with a net."""
    net._register_attribute("optimizer_", None)
