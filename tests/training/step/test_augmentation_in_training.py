"""Augmented samples in training: the comparison, the samples of an epoch, and their weights."""

import pytest
import torch

from sklearn_deep._shared import arithmetic
from sklearn_deep.augmentation import (
    CallableAugmentation,
    GaussianCopies,
    Mixup,
    RotateScale,
    Shift,
)
from sklearn_deep.optimizers import SGD
from sklearn_deep.training import train
from sklearn_deep.training._data.pool import Pool
from sklearn_deep.training._step.epochs import Epochs
from tests._support.plans import make_data, make_members, make_plan, obey


def jitter(x, generator):
    return x + torch.rand(x.shape, generator=generator, dtype=x.dtype)


EACH = {
    "gaussian": [GaussianCopies(std=s) for s in (0.0, 0.1, 0.5)],
    "gaussian, 2 copies": [GaussianCopies(std=s, copies=2) for s in (0.3, 0.1, 0.5)],
    "mixup": [Mixup(alpha=a) for a in (0.2, 1.0, 3.0)],
    "mixup, 2 copies": [Mixup(alpha=a, copies=2) for a in (0.2, 1.0, 3.0)],
    "shift": [Shift(max_shift=s) for s in (0, 1, 3)],
    "rotate_scale": [RotateScale(max_angle=a, max_scale=a / 100) for a in (0.0, 10.0, 90.0)],
    "rotate_scale, 2 copies": [
        RotateScale(max_angle=a, max_scale=0.1, copies=2, image_shape=(2, 2, 9))
        for a in (5.0, 10.0, 90.0)
    ],
    "callable": [CallableAugmentation(jitter)] * 3,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH)
def test_members_with_augmentation_train_as_each_alone(name, structure):
    data = make_data(120, n_features=36)
    obey(make_members(data, [{"augmentation": a} for a in EACH[name]], **structure))


@pytest.fixture
def epoch_of():
    """Return a function that makes the epoch of members, one per number of samples."""

    def make(augmentation, *lengths, epoch=0, **changes):
        plans = [
            make_plan(make_data(n, n_features=4), augmentation=augmentation, **changes)
            for n in lengths
        ]
        return Epochs(plans, Pool.of([plan.data for plan in plans])).epoch(epoch)

    return make


def rows_of(epoch, member):
    """Return the samples of a member in an epoch, in order: x, y, weight, origin, copied."""
    batches = list(epoch.batches())
    mine = epoch.valid[:, member] > 0
    x, y = (torch.stack([b[i][member] for b in batches])[mine] for i in (0, 1))
    return x, y, *(t[:, member][mine] for t in (epoch.weight, epoch.order, epoch.copied))


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_an_epoch_has_each_row_once_and_its_copies(copies, epoch_of):
    epoch = epoch_of(GaussianCopies(std=0.1, copies=copies), 70, 33)
    for member, n in enumerate((70, 33)):
        x, y, weight, origin, copied = rows_of(epoch, member)
        data = epoch.plans[member].data
        assert len(x) == n * (1 + copies)
        assert sorted(origin[~copied].tolist()) == list(range(n))
        assert torch.equal(origin[copied].bincount(), torch.full((n,), copies))
        assert torch.equal(x[~copied], data.x[origin[~copied]])
        assert torch.equal(weight, data.weight[origin])
        assert torch.equal(y, data.y[origin])
        assert not (x[copied] == data.x[origin[copied]]).any()


def test_copies_are_spread_over_the_epoch(epoch_of):
    epoch = epoch_of(GaussianCopies(std=0.1), 320)
    shares = epoch.copied.double().mean(-1)
    assert (shares[:-1] > 0.1).all()
    assert (shares[:-1] < 0.9).all()


def test_copies_are_fresh_in_every_epoch_and_of_the_seed(epoch_of):
    def made(**changes):
        x, _, _, origin, copied = rows_of(epoch_of(GaussianCopies(std=0.1), 50, **changes), 0)
        return x[copied][origin[copied].argsort()]

    first = made()
    assert torch.equal(first, made())
    assert not (first == made(epoch=1)).any()
    assert not (first == made(seed=1)).any()


def test_the_rows_at_hand_are_left_as_they_are():
    data = make_data(60)
    before = [column.clone() for column in data]
    train([make_plan(data, augmentation=Mixup(alpha=1.0), max_epochs=2)])
    assert all(map(torch.equal, data, before))


def test_validation_rows_are_not_augmented():
    held_out = make_data(77, seed=1)
    augmented = CallableAugmentation(lambda x, generator: x.fill_(100.0))
    plan = make_plan(make_data(60), augmentation=augmented, validation=held_out)
    result = train([plan])[0]
    with torch.no_grad():
        loss = plan.loss.rows(result.network(held_out.x), held_out.y).mean().item()
    assert result.history["val_loss"][-1] == pytest.approx(loss, rel=1e-5)


def test_the_loss_of_an_epoch_counts_originals_and_copies_alike():
    data = make_data(48, dtype=torch.float64)
    far = CallableAugmentation(lambda x, generator: 2 * x, copies=2)
    plan = make_plan(data, augmentation=far, batch_size=144, max_epochs=1)
    network = plan.build({})
    with torch.no_grad():
        near, moved = (plan.loss.rows(network(x), data.y) for x in (data.x, 2 * data.x))
    expected = (data.weight * (near + 2 * moved)).sum() / (3 * data.weight.sum())
    assert train([plan])[0].history["loss"][0] == pytest.approx(expected.item(), rel=1e-12)


def test_no_more_rows_are_gathered_at_once_than_without_augmentation(monkeypatch):
    monkeypatch.setattr(arithmetic, "CHUNK_ELEMENTS", 2048)
    gathered = []

    class Watched(torch.Tensor):
        def __getitem__(self, rows):
            found = self.as_subclass(torch.Tensor)[rows]
            gathered.append(found.numel())
            return found

    for copies in (0, 1, 20):
        data = make_data(300, n_features=16)
        augmentation = GaussianCopies(copies=copies) if copies else None
        plan = make_plan(data, augmentation=augmentation)
        watched = data._replace(x=data.x.as_subclass(Watched))
        gathered.clear()
        n_steps = sum(1 for _ in Epochs([plan], Pool.of([watched])).epoch(0).batches())
        assert n_steps == -(-300 * (1 + copies) // 32)
        assert max(gathered) <= 2048 < data.x.numel()


def test_copies_without_noise_are_the_rows_twice():
    data = make_data(40, dtype=torch.float64)
    twice = type(data)(*(torch.cat([column, column]) for column in data))
    settings = {"batch_size": 80, "optimizer": SGD(), "learning_rate": 0.05}
    copied = train([make_plan(data, augmentation=GaussianCopies(std=0.0), **settings)])[0]
    doubled = train([make_plan(twice, **settings)])[0]
    plain = train([make_plan(data, **settings | {"batch_size": 40})])[0]
    for other in (doubled, plain):
        for mine, theirs in zip(
            copied.network.parameters(), other.network.parameters(), strict=True
        ):
            torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-12)


def test_mixed_rows_are_learned_with_their_mixed_targets():
    data = make_data(40, dtype=torch.float64)
    plan = make_plan(data, augmentation=Mixup(alpha=1.0), batch_size=80, max_epochs=1)
    x, y, weight, _, copied = rows_of(Epochs([plan], Pool.of([data])).epoch(0), 0)
    assert ((y[copied] > 0).sum(1) == 2).any()
    with torch.no_grad():
        losses = plan.loss.rows(plan.build({})(x), y)
    expected = (weight * losses).sum() / weight.sum()
    assert train([plan])[0].history["loss"][0] == pytest.approx(expected.item(), rel=1e-12)
