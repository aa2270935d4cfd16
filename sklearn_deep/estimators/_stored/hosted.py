"""The network of a fit as a file holds it."""

from __future__ import annotations

from typing import Any

from sklearn_deep._shared import TargetScale
from sklearn_deep.estimators._hosting import FittedNetwork, HostedFit, NetSettings
from sklearn_deep.estimators._stored.architectures import architecture_of, architecture_to_store
from sklearn_deep.networks import target_unit


def hosted_to_store(hosted: HostedFit) -> Any:
    """Return weights as arrays and what the network is rebuilt from.

    A net with callbacks of the user's is stored as it is, with the objects of torch and skorch in it.
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
    """Return a fit from what is stored of it, on the CPU."""
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
