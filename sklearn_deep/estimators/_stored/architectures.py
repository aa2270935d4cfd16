"""Conversion of an architecture for a file."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import torch

from sklearn_deep.activations import FUNCTIONS
from sklearn_deep.networks import AutoencoderArchitecture, MLPArchitecture

Architecture = MLPArchitecture | AutoencoderArchitecture
_KINDS: dict[str, Any] = {"mlp": MLPArchitecture, "autoencoder": AutoencoderArchitecture}


def architecture_to_store(architecture: Architecture) -> dict[str, Any]:
    """Return the fields by name; functions of the library and the dtype are stored by name."""
    (kind,) = (name for name, own in _KINDS.items() if type(architecture) is own)
    values = {f.name: getattr(architecture, f.name) for f in fields(architecture)}
    return {"kind": kind} | {name: _to_store(value) for name, value in values.items()}


def architecture_of(stored: dict[str, Any]) -> Architecture:
    """Return the architecture from its stored form."""
    values = dict(stored)
    kind = _KINDS[values.pop("kind")]
    for name, value in values.items():
        if name.endswith("activation") and isinstance(value, str):
            values[name] = FUNCTIONS[value]
    architecture: Architecture = kind(**values | {"dtype": getattr(torch, values["dtype"])})
    return architecture


def _to_store(value: Any) -> Any:
    if isinstance(value, torch.dtype):
        return str(value).removeprefix("torch.")
    # User-defined functions are not converted.
    return next((name for name, function in FUNCTIONS.items() if function is value), value)
