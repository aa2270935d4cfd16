"""A finished fit without its network, as it is stored in a checkpoint."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from sklearn_deep.training._members.member import History, Result
from sklearn_deep.training._plan import Plan


class StoredResult(NamedTuple):
    """Weights and history of a fit; the network can be rebuilt from its plan.

    Parameters
    ----------
    weights : dict of str to Tensor
        ``state_dict`` of the network, on the CPU.
    history, best_epoch, diverged : as of ``Result``
    """

    weights: dict[str, Tensor]
    history: History
    best_epoch: int
    diverged: bool

    @classmethod
    def of(cls, result: Result) -> StoredResult:
        """Return the part of a result that is stored."""
        weights = {name: tensor.cpu() for name, tensor in result.network.state_dict().items()}
        return cls(weights, result.history, result.best_epoch, result.diverged)

    def revived(self, plan: Plan) -> Result:
        """Return the result, with a network built from its plan; a later training cannot resume it."""
        network = plan.build(plan.noise).eval()
        network.load_state_dict(self.weights)
        return Result(network, self.history, self.best_epoch, self.diverged, None)
