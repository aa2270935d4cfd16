"""Conversion of the fitted network for a file."""

from __future__ import annotations

from typing import Any

from sklearn_deep._shared import TargetScale
from sklearn_deep.estimators._hosting import FittedNetwork, HostedFit, NetSettings
from sklearn_deep.estimators._stored.architectures import architecture_of, architecture_to_store
from sklearn_deep.networks import target_unit


def hosted_to_store(hosted: HostedFit) -> Any:
    """Return the weights as arrays, and everything else needed to rebuild the network.

    A net with user-defined callbacks is stored unchanged, including its torch and skorch objects.
    """
    if hosted.has_callbacks:
        return hosted
    network, settings = hosted.network, hosted.settings
    scale = settings.target_scale
    return {
        "architecture": architecture_to_store(network.architecture),
        "noise": dict(network.noise),
        "weights": network.arrays,
        "settings": settings._asdict()
        | {"target_scale": None if scale is None else scale._asdict()},
        "history": dict(hosted.history),
    }


def hosted_of(stored: Any) -> HostedFit:
    """Return the fitted network from its stored form, on the CPU."""
    if isinstance(stored, HostedFit):
        return stored
    scale = stored["settings"]["target_scale"]
    scale = None if scale is None else TargetScale(**scale)
    settings = NetSettings(**stored["settings"] | {"target_scale": scale})
    network = FittedNetwork.of_weights(
        architecture_of(stored["architecture"]),
        stored["noise"],
        stored["weights"],
        final=target_unit(settings.loss, scale),
        link=target_unit(settings.reconstruction_loss, None),
    )
    return HostedFit(network, settings, stored["history"])
