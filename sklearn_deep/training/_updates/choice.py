"""Choice of the kind of updates for a population."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn_deep.optimizers import Rule
from sklearn_deep.training._members import Population
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._updates.single import SingleUpdates
from sklearn_deep.training._updates.updates import PopulationUpdates, RowUpdates, Updates


def updates_of(plans: Sequence[Plan], population: Population) -> Updates:
    """Return the updates that are fastest for the optimizer and the device."""
    optimizer, parameters = plans[0].optimizer, population.parameters
    decay = population.weight_decay(plans)
    plans = population.widened_plans(plans)
    if not isinstance(optimizer, Rule):
        return SingleUpdates(plans, parameters, decay, population.layout)
    by_row = len(plans) == 1 and parameters.device.type == "cpu" and optimizer.has_row_kernel
    return (RowUpdates if by_row else PopulationUpdates)(plans, parameters, decay)
