"""The private names of torch that the library uses."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch._decomp import decomposition_table
from torch._ops import OpOverload
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

__all__ = [
    "LOG_SOFTMAX",
    "LOG_SOFTMAX_BACKWARD",
    "UNSAFE_VIEW",
    "AdaptsState",
    "DispatchMode",
    "OpOverload",
    "adam_step",
    "decomposition_of",
    "functional_of",
    "is_transformed",
    "log_softmax",
    "log_softmax_backward",
    "result_kept_by",
    "schema_of",
    "sgd_step",
    "storage_of",
    "tree_map_only",
]

# Operations, and the functions that evaluate them.
LOG_SOFTMAX = torch.ops.aten._log_softmax.default
LOG_SOFTMAX_BACKWARD = torch.ops.aten._log_softmax_backward_data.default
UNSAFE_VIEW = torch.ops.aten._unsafe_view.default
log_softmax = torch._log_softmax
log_softmax_backward = torch._log_softmax_backward_data
# The steps of torch's fused optimizers, on lists of tensors and in place.
adam_step = torch._fused_adam_
sgd_step = torch._fused_sgd_


class DispatchMode(TorchDispatchMode):
    """A mode that receives every operation without importing torch's compiler, which takes a second."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False


class AdaptsState(nn.Module):
    """Base class of modules that convert a state dict before they load it."""

    def adapt_state(self, state: dict[str, Any], prefix: str) -> None:
        """Change, in place, the entries of ``state`` whose names begin with ``prefix``."""

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *args: Any) -> None:
        self.adapt_state(state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *args)


def is_transformed(tensor: Tensor) -> bool:
    """Return whether a tensor is wrapped by ``vmap``, ``grad`` or another transform of torch.func."""
    transformed: bool = torch._C._functorch.is_functorch_wrapped_tensor(tensor)
    return transformed


def schema_of(operation: Any) -> Any:
    """Return the schema (arguments and results) of an operation of torch; None for other functions."""
    return getattr(operation, "_schema", None)


def decomposition_of(operation: Any) -> Any:
    """Return a function that computes an operation by simpler ones, or None if unknown."""
    return decomposition_table.get(operation)


def functional_of(operation: Any) -> Any:
    """Return the operation without side effects for one that writes to its first argument, or None."""
    name, overload = operation._opname, operation._overloadname
    packet = getattr(torch.ops.aten, name.removesuffix("_"), None) if name.endswith("_") else None
    return getattr(packet, overload, None)


def storage_of(tensor: Tensor) -> int:
    """Return an identifier of a tensor's memory, unique as long as the tensor exists."""
    return tensor.untyped_storage()._cdata


def result_kept_by(node: Any) -> Tensor:
    """Return the result that a node of autograd's graph saved for its backward pass."""
    result: Tensor = node._saved_result
    return result.detach()
