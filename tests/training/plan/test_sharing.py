"""Equal tensors of many plans are stored once."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sklearn_deep.training import Data, Origin, Shared, train
from tests._support.plans import make_data, make_plan


@pytest.fixture
def shared_data():
    """Return a function that returns the data of plans after sharing."""

    def share(*each):
        shared = Shared()
        plans = [make_plan(data, hidden=(5,), validation=data) for data in each]
        return [shared.plan(plan).data for plan in plans]

    return share


def copied(data):
    return Data(*(column.clone() for column in data))


def test_equal_columns_are_shared(shared_data):
    data = make_data(40)
    first, second = shared_data(data, copied(data))
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_validation_rows_are_shared_too():
    data, shared = make_data(40), Shared()
    first, second = (
        shared.plan(make_plan(rows, hidden=(5,), validation=copied(data)))
        for rows in (data, copied(data))
    )
    assert first.validation.x is second.validation.x is second.data.x


def test_one_other_element_anywhere_is_not_shared(shared_data):
    data = make_data(40)
    for place in range(data.x.numel()):
        other = copied(data)
        other.x.view(-1)[place] += 1
        first, second = shared_data(data, other)
        assert first.x is not second.x
        assert torch.equal(second.x, other.x)
        assert first.y is second.y


@pytest.mark.parametrize("change", [torch.Tensor.double, lambda x: x.view(80, -1)])
def test_other_types_and_shapes_are_not_shared(shared_data, change):
    data = make_data(40)
    first, second = shared_data(data, data._replace(x=change(data.x)))
    assert second.x is not first.x
    assert second.x.dtype == change(data.x).dtype
    assert second.x.shape == change(data.x).shape


def test_missing_numbers_are_never_taken_for_equal(shared_data):
    data = make_data(40)
    holes = data._replace(y=torch.full_like(data.y, torch.nan))
    first, second = shared_data(holes, copied(holes))
    assert first.x is second.x
    assert second.y.isnan().all()


def test_rows_that_are_no_tensor_stay_what_they_are(shared_data):
    data = make_data(40)
    rows = data.x.numpy()  # as if read from a file batch by batch
    first, second = shared_data(data._replace(x=rows), data._replace(x=rows.copy()))
    assert first.x is rows
    assert second.x is not rows


def some(data, places):
    return Data(*(column[torch.from_numpy(places)] for column in data))


FOLDS = [np.arange(10, 40), np.arange(0, 30), np.r_[0:10, 20:40]]


def shared_folds(data, folds=FOLDS, change=lambda fold, k: fold):
    """Return plans for folds of the same samples, before and after sharing."""
    shared = Shared()
    plans = [
        make_plan(change(some(data, places), k), hidden=(5,)) for k, places in enumerate(folds)
    ]
    origins = [Origin(len(data.x), places, data.x) for places in folds]
    return plans, list(map(shared.plan, plans, origins))


def test_samples_of_one_source_are_held_once():
    plans, shared = shared_folds(make_data(40))
    for name in Data._fields:
        columns = [getattr(plan.data, name) for plan in shared]
        assert len({column.source_key for column in columns}) == 1
        for column, plan in zip(columns, plans, strict=True):
            assert torch.equal(column[torch.arange(30)], getattr(plan.data, name))


def test_shared_samples_train_to_the_same_bits():
    plans, shared = shared_folds(make_data(40))
    mixed = [plans[0], *shared[1:]]
    for first, second, third in zip(*map(train, (plans, shared, mixed)), strict=True):
        assert first.history["loss"].tolist() == second.history["loss"].tolist()
        assert first.history["loss"].tolist() == third.history["loss"].tolist()


@pytest.mark.parametrize("value", [-0.0, 1.5, torch.nan])
def test_samples_that_differ_in_one_bit_are_no_part_of_the_source(value):
    def change(fold, k):
        fold.x[15, 3] = value if k == 1 else 0.0
        return fold

    folds = [np.arange(30)] * 3
    plans, shared = shared_folds(make_data(40), folds, change)
    assert shared[0].data.x is shared[2].data.x is not shared[1].data.x
    for plan, other in zip(plans, shared, strict=True):
        held = other.data.x[torch.arange(30)]
        assert torch.equal(plan.data.x.view(torch.int32), held.view(torch.int32))


def test_a_part_for_validation_is_taken_from_the_same_source():
    data, shared = make_data(40), Shared()
    given, train_places, validation_places = FOLDS[2], np.arange(20), np.arange(20, 30)
    fold = some(data, given)
    plan = make_plan(
        some(fold, train_places), hidden=(5,), validation=some(fold, validation_places)
    )
    plan = replace(plan, places=train_places, validation_places=validation_places)
    found = shared.plan(plan, Origin(40, given, data.x))
    assert found.data.x.source_key == found.validation.x.source_key
    assert torch.equal(found.validation.x[torch.arange(10)], plan.validation.x)
    elsewhere = shared.plan(replace(plan, validation_places=None), Origin(40, given, data.x))
    assert elsewhere.validation.x is plan.validation.x


def test_what_no_plan_needs_any_more_is_let_go():
    shared = Shared()
    first = shared.plan(make_plan(make_data(40), hidden=(5,)))
    before = first.data.x.clone()
    del first
    second = shared.plan(make_plan(make_data(40)._replace(x=before), hidden=(5,)))
    assert second.data.x is before
