"""Equal tensors of many plans are held once."""

import pytest
import torch

from sklearn_deep.training import Data, Shared


@pytest.fixture
def shared_data(make_plan):
    """Return a function that gives the data of plans after they were shared."""

    def share(*each):
        shared = Shared()
        plans = [make_plan(data, hidden=(5,), validation=data) for data in each]
        return [shared.plan(plan).data for plan in plans]

    return share


def copied(data):
    return Data(*(column.clone() for column in data))


def test_equal_columns_are_shared(make_data, shared_data):
    data = make_data(40)
    first, second = shared_data(data, copied(data))
    assert all(one is other for one, other in zip(first, second, strict=True))


def test_validation_rows_are_shared_too(make_data, make_plan):
    data, shared = make_data(40), Shared()
    first, second = (
        shared.plan(make_plan(rows, hidden=(5,), validation=copied(data)))
        for rows in (data, copied(data))
    )
    assert first.validation.x is second.validation.x is second.data.x


def test_one_other_element_anywhere_is_not_shared(make_data, shared_data):
    data = make_data(40)
    for place in range(data.x.numel()):
        other = copied(data)
        other.x.view(-1)[place] += 1
        first, second = shared_data(data, other)
        assert first.x is not second.x
        assert torch.equal(second.x, other.x)
        assert first.y is second.y


@pytest.mark.parametrize("change", [torch.Tensor.double, lambda x: x.view(80, -1)])
def test_other_types_and_shapes_are_not_shared(make_data, shared_data, change):
    data = make_data(40)
    first, second = shared_data(data, data._replace(x=change(data.x)))
    assert second.x is not first.x
    assert second.x.dtype == change(data.x).dtype
    assert second.x.shape == change(data.x).shape


def test_missing_numbers_are_never_taken_for_equal(make_data, shared_data):
    data = make_data(40)
    holes = data._replace(y=torch.full_like(data.y, torch.nan))
    first, second = shared_data(holes, copied(holes))
    assert first.x is second.x
    assert second.y.isnan().all()


def test_rows_that_are_no_tensor_stay_what_they_are(make_data, shared_data):
    data = make_data(40)
    rows = data.x.numpy()  # as rows that are read from a file batch by batch
    first, second = shared_data(data._replace(x=rows), data._replace(x=rows.copy()))
    assert first.x is rows
    assert second.x is not rows
