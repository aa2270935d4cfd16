"""A finished or paused fit without its network and its plan, as a checkpoint stores it."""

from __future__ import annotations

from typing import Any

from sklearn_deep.training._members.member import Paused, Result
from sklearn_deep.training._members.widening import Weights
from sklearn_deep.training._plan import Plan, Start, TrainingState

_OF_NETWORK = ("network", "state")
_OF_PLAN = ("seed", "optimizer")


def result_to_store(result: Result) -> dict[str, Any]:
    """Return a result without its plan, as numbers, arrays and containers of them.

    The state from which a later fit with ``warm_start`` would resume is left out.
    """
    values = {name: v for name, v in result._asdict().items() if name not in _OF_NETWORK}
    return values | {
        "weights": dict(result.network.state_dict()),
        "paused": None if result.paused is None else _paused_to_store(result.paused),
    }


def result_of_stored(stored: dict[str, Any], plan: Plan) -> Result:
    """Return a result from its stored form, with a network built from its plan."""
    values = dict(stored)
    network = plan.build(plan.noise).eval()
    network.load_state_dict(values.pop("weights"))
    if values["paused"] is not None:
        values["paused"] = _paused_of(values["paused"], plan)
    return Result(network=network, state=None, **values)


def _paused_to_store(paused: Paused) -> dict[str, Any]:
    state = paused.start.state
    assert state is not None
    numbers = {name: value for name, value in state._asdict().items() if name not in _OF_PLAN}
    return paused._asdict() | {
        "start": {
            "weights": dict(paused.start.weights),
            "state": numbers | {"pace": state.pace.numbers()},
        },
        "watch": None if paused.watch is None else _without(paused.watch, "rule"),
        "best": None if paused.best is None else paused.best._asdict(),
    }


def _paused_of(stored: dict[str, Any], plan: Plan) -> Paused:
    start, best, watch = stored["start"], stored["best"], None
    if plan.stopping is not None:
        watch = plan.stopping.begin()
        vars(watch).update(stored["watch"])
    numbers = start["state"] | {"pace": plan.schedule.begin().resumed(start["state"]["pace"])}
    state = TrainingState(seed=plan.seed, optimizer=plan.optimizer, **numbers)
    return Paused(
        **stored
        | {
            "start": Start(start["weights"], state),
            "watch": watch,
            "best": None if best is None else Weights(**best),
        }
    )


def _without(thing: Any, name: str) -> dict[str, Any]:
    return {own: value for own, value in vars(thing).items() if own != name}
