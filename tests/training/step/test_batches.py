"""Every sample occurs once per epoch, in an order that depends on the seed; padding has weight zero."""

import pytest
import torch

from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data.pool import Pool
from sklearn_deep.training._step.epochs import Epochs
from tests._support.plans import make_data, make_plan


@pytest.fixture
def epoch_of():
    def make(*lengths, epoch=0, **changes):
        plans = [make_plan(make_data(n, n_features=4), **changes) for n in lengths]
        pool = Pool.of([plan.data for plan in plans])
        return Epochs(plans, pool).epoch(epoch), pool

    return make


def rows_of(epoch, pool, member):
    order = epoch.order[:, member][epoch.valid[:, member] > 0]
    return sorted(order.tolist())


def test_every_member_sees_each_of_its_rows_once(epoch_of):
    epoch, pool = epoch_of(70, 65, 20)
    assert [rows_of(epoch, pool, k) for k in range(3)] == [list(range(n)) for n in (70, 65, 20)]


def test_padding_has_weight_zero(epoch_of):
    epoch, _ = epoch_of(70, 20)
    assert (epoch.weight[epoch.valid == 0] == 0).all()
    assert (epoch.weight[epoch.valid == 1] > 0).all()


def test_a_member_with_fewer_rows_ends_in_batches_without_weight(epoch_of):
    epoch, _ = epoch_of(70, 20)
    assert (epoch.weight_sums[..., 0] > 0).tolist() == [[True, True], [True, False], [True, False]]


def test_the_order_changes_from_epoch_to_epoch_and_with_the_seed(epoch_of):
    orders = [
        epoch_of(64)[0].order,
        epoch_of(64, epoch=1)[0].order,
        epoch_of(64, seed=1)[0].order,
    ]
    assert not torch.equal(orders[0], orders[1])
    assert not torch.equal(orders[0], orders[2])


def test_batches_hold_the_rows_of_the_order(epoch_of):
    epoch, pool = epoch_of(70, 20)
    for i, batch in enumerate(epoch.batches()):
        assert torch.equal(batch.x, pool.x.values[pool.x.places(epoch.order[i])])
        assert torch.equal(batch.y, pool.y.values[pool.y.places(epoch.order[i])])
        assert torch.equal(batch.share, epoch.share[i])
    assert i + 1 == epoch.n_steps == 3


def test_batches_hold_their_rows_where_memory_is_used_again(epoch_of, monkeypatch):
    monkeypatch.setattr(arithmetic, "CHUNK_ELEMENTS", 1)
    epoch, pool = epoch_of(70, 20)
    places = set()
    for i, batch in enumerate(epoch.batches()):
        places.add(batch.x.data_ptr())
        assert torch.equal(batch.x, pool.x.values[pool.x.places(epoch.order[i])])
    assert (len(places), i + 1) == (1, 3)


def test_members_of_the_same_data_share_it():
    data, other = make_data(10), make_data(6)
    pool = Pool.of([data, other, data])
    assert pool.lengths == [10, 6, 10]
    for column in pool[:4]:
        assert (column.starts.tolist(), len(column.values)) == ([0, 10, 0], 16)


def test_members_share_each_column_by_itself():
    data = make_data(10)
    pool = Pool.of([data, data._replace(y=data.y * 2), data._replace(weight=data.weight * 3)])
    assert [len(column.values) for column in pool[:4]] == [10, 20, 20, 10]
    assert torch.equal(pool.y.values[pool.y.starts[1] :], data.y * 2)
    assert torch.equal(pool.weight.values[pool.weight.starts[2] :], data.weight * 3)


@pytest.mark.parametrize("batch_size", [1, 13, 32])
def test_each_batch_lies_at_an_aligned_place_and_has_no_other_rows(batch_size, epoch_of):
    epoch, _ = epoch_of(70, batch_size=batch_size)
    for batch in epoch.batches():
        assert batch.x.shape == (1, batch_size, 4)
        assert batch.x.data_ptr() % 64 == 0


@pytest.mark.parametrize("equal", [True, False])
def test_weights_of_later_epochs_are_those_of_their_rows(equal):
    data = make_data(70)
    weight = torch.full((70,), 0.3) if equal else torch.linspace(0.1, 2, 70)
    plan = make_plan(data._replace(weight=weight, sample_weight=weight * 2))
    epochs = Epochs([plan], Pool.of([plan.data]))
    epochs.epoch(0)
    later = epochs.epoch(1)
    rows = weight[later.order] * later.valid
    assert torch.equal(later.weight, rows)
    assert torch.equal(later.scored, rows * 2)
    torch.testing.assert_close(later.slope, rows / later.valid.sum(2, keepdim=True))
