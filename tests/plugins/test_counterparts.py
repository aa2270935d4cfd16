"""The table of names in other libraries."""

import inspect
from operator import attrgetter

import pytest
import torch

import sklearn_deep
from sklearn_deep._shared.arguments import right_name
from sklearn_deep._shared.counterparts import NAMES, PARAMETERS
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, BiasVarianceTuner
from sklearn_deep.plugins import available, resolve
from tests._support.for_all import for_all
from tests._support.plugins.public import KINDS

ESTIMATORS = [
    *(value for value in vars(sklearn_deep).values() if hasattr(value, "partial_fit")),
    BatchedRandomizedSearchCV,
    BiasVarianceTuner,
]


def parameters(kind):
    found = set(inspect.signature(kind).parameters)
    return found | set(inspect.signature(kind.fit).parameters) if hasattr(kind, "fit") else found


@for_all("counterpart", PARAMETERS)
def test_each_counterpart_leads_to_something_that_exists(counterpart):
    kinds = [*ESTIMATORS, *KINDS]
    owners = [
        kind
        for kind in kinds
        if parameters(kind) & {*counterpart.own.removeprefix("estimator.").split("+")}
    ]
    assert owners
    reached = 0
    for kind in owners:
        for name in {*counterpart.others.split()} - parameters(kind):
            said = right_name(kind, name)
            assert said.startswith("Use '"), (kind, name)
            told = said.split("'")[1]
            assert told in parameters(kind) or "of the estimator" in said
            reached += told in counterpart.own.removeprefix("estimator.").split("+")
    assert reached, counterpart


@for_all("family", NAMES)
def test_each_name_of_another_library_leads_to_a_registered_one(family):
    for own, others, _ in NAMES[family]:
        is_object = own.startswith("torch.")
        assert is_object or own in available(family)
        if is_object:
            resolve(family, attrgetter(own.removeprefix("torch."))(torch), argument="a", owner="O")
        for other in others.split():
            assert other not in available(family)
            with pytest.raises(ValueError, match=f"Give {own}," if is_object else "Did you mean '"):
                resolve(family, other, argument="a", owner="O")
