"""Members that have stopped leave their population, and no results change."""

from dataclasses import replace

import pytest
import torch

from sklearn_deep.augmentation import GaussianCopies
from sklearn_deep.noise import Dropout
from sklearn_deep.optimizers import SGD
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import Observer, Start, Training, train
from sklearn_deep.training._loop.train import staying
from tests._support.for_all import for_all
from tests._support.plans import (
    in_float64,
    largest_difference,
    make_data,
    make_plan,
    obey,
    part,
    same,
)

LAST = 11  # epoch


def stopping_of(k):
    """Return a rule of member ``k``: it stops after 2 to 9 epochs, or continues to the last."""
    if k % 12 == 3:
        return EarlyStopping("val_loss", patience=LAST, restore_best_weights=True)
    return EarlyStopping("val_loss", min_delta=1e9, patience=k % 9, restore_best_weights=k % 2 == 0)


@pytest.fixture
def make_unequal():
    """Return a function that makes plans that stop one after another, with different samples."""

    def make(n_members, **structure):
        data = make_data(90)
        plans = []
        for k in range(n_members):
            n = 54 + k % 4  # no last batch of one sample
            settings = {
                "hidden": (9,),
                "batch_size": 13,
                "max_epochs": LAST + 1,
                "learning_rate": 1e300 if k == 5 else 3e-3 / (1 + k),
                "noise": {"dropout.1": Dropout(rate=0.1 * (k % 3))} if k % 3 else {},
                "stopping": stopping_of(k),
                "seed": k % 3,
                "validation": part(data, slice(n, None)),
            }
            plans.append(make_plan(part(data, slice(n)), **settings | structure))
        return plans

    return make


@pytest.fixture
def sizes(monkeypatch):
    """Return the list of population sizes that have been trained, filled as they are."""
    seen, init = [], Training.__init__

    def noting(self, plans, *followers):
        seen.append(len(plans))
        init(self, plans, *followers)

    monkeypatch.setattr(Training, "__init__", noting)
    return seen


@for_all("n_running", range(31))
def test_the_least_power_of_two_that_holds_all_running_members_stays(n_running):
    running = [k % 31 < n_running for k in range(0, 31 * 7, 7)]
    stay = staying(running)
    if not 0 < n_running <= 8:
        assert stay is None
        return
    assert stay == sorted(stay)
    assert len(stay) in {1, 2, 4, 8}
    assert len(stay) < 2 * n_running
    assert {k for k, runs in enumerate(running) if runs} <= set(stay)


@pytest.mark.parametrize(
    ("n_members", "n_running", "expected"),
    [(30, 16, None), (32, 16, 16), (32, 17, None), (30, 8, 8), (2, 1, 1), (1, 1, None), (3, 1, 1)],
)
def test_members_leave_where_half_of_the_places_would_do(n_members, n_running, expected):
    stay = staying([True] * n_running + [False] * (n_members - n_running))
    assert (None if stay is None else len(stay)) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "structure",
    [
        {},
        {"normalization": "batch", "weight_decay": (0.1, 0.0)},
        {"optimizer": SGD(momentum=0.9), "schedule": Plateau(patience=1)},
        {"augmentation": GaussianCopies(std=0.1)},
    ],
    ids=["adam", "batch norm", "momentum and plateau", "augmentation"],
)
def test_members_that_leave_and_stay_are_what_they_are_alone(structure, make_unequal):
    obey(make_unequal(13, **structure))


def test_populations_shrink_to_powers_of_two(make_unequal, sizes):
    results = train(make_unequal(30))
    assert sizes[0] == 30
    assert len(sizes) >= 3
    assert set(sizes[1:]) <= {1, 2, 4, 8}
    assert sizes == sorted(set(sizes), reverse=True)
    assert results[5].diverged
    assert sum(result.diverged for result in results) == 1


def test_best_weights_from_before_a_compaction_are_restored(make_unequal, sizes):
    plans = make_unequal(7)
    stayed = train(plans)[6]  # stops after 7 epochs
    assert sizes == [7, 2, 1]
    assert (stayed.best_epoch, len(stayed.history["loss"])) == (0, 7)
    first = train([replace(plans[6], max_epochs=1)])[0].network.state_dict()
    torch.testing.assert_close(stayed.network.state_dict(), first)


def test_nobody_leaves_where_all_stop_together(sizes):
    train([make_plan(make_data(40), hidden=(5,), seed=k) for k in range(8)])
    assert sizes == [8]


class Events(Observer):
    """Records its notifications, and ends the training in a given epoch."""

    def __init__(self, name="", ends=()):
        self.name, self.ends, self.seen = name, ends, []

    def begin(self, training):
        self.seen.append(("begin", training.n_running))

    def begin_epoch(self, training):
        self.seen.append(("begin_epoch", training.n_running))
        return ("begin_epoch", training.epoch) in self.ends

    def end_epoch(self, training):
        self.seen.append(("end_epoch", training.epoch))
        return ("end_epoch", training.epoch) in self.ends

    def end(self, training):
        self.seen.append(("end", training.stopped))


def test_observers_see_how_many_members_train_in_each_epoch(make_unequal):
    events = Events()
    lengths = [len(result.history["loss"]) for result in train(make_unequal(30), [events])]
    running = [n for event, n in events.seen if event == "begin_epoch"]
    assert running == [sum(n > epoch for n in lengths) for epoch in range(max(lengths))]
    assert len(set(lengths)) > 3
    assert (events.seen[0], events.seen[-1]) == (("begin", 30), ("end", False))


@pytest.mark.parametrize("event", [("begin_epoch", 2), ("end_epoch", 2)])
def test_an_observer_ends_the_training(event, make_unequal):
    first, second = Events(ends=[event]), Events()
    results = train(make_unequal(4), [first, second])
    shorter = train(make_unequal(4), n_epochs=2)
    assert all(map(same, results, shorter))
    assert [result.paused for result in results + shorter] == [None] * 8
    assert first.seen[-1] == second.seen[-1] == ("end", True)
    # Later observers are not notified of an epoch that does not begin.
    n_begun = [sum(name == "begin_epoch" for name, _ in e.seen) for e in (first, second)]
    assert n_begun == ([3, 2] if event[0] == "begin_epoch" else [2, 2])


def test_training_goes_on_from_a_member_that_has_left(make_unequal):
    plans = list(map(in_float64, make_unequal(7)))
    together, alone = train(plans)[0], train([plans[0]])[0]
    later = [
        replace(
            plans[0],
            start=Start(result.network.state_dict(), result.state),
            max_epochs=3,
            stopping=None,
        )
        for result in (together, alone)
    ]
    assert largest_difference(*(train([plan]) for plan in later)) < 1e-9
