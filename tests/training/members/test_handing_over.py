"""Trained networks are copied from a population all at once, whatever the number of members."""

import pytest
import torch

from sklearn_deep.noise import Dropout
from sklearn_deep.training import Training, train
from sklearn_deep.training._updates import choice as _updates_of
from sklearn_deep.training._updates.updates import PopulationUpdates
from tests._support.plans import make_data, make_plan


@pytest.fixture
def crossings(monkeypatch):
    """Return the list of the shapes that are copied to the host, which is filled later."""
    seen, cpu, tolist = [], torch.Tensor.cpu, torch.Tensor.tolist

    def crossing(way):
        def cross(self, *args):
            seen.append(tuple(self.shape))
            return way(self, *args)

        return cross

    for name, way in (("cpu", cpu), ("tolist", tolist), ("item", torch.Tensor.item)):
        monkeypatch.setattr(torch.Tensor, name, crossing(way))
    return seen


def make_training(n_members, widths=(5,)):
    data = make_data(64)
    plans = [
        make_plan(
            data,
            hidden=(widths[k % len(widths)],),
            validation=data,
            normalization="batch",
            noise={"dropout.1": Dropout(rate=0.1)},
            learning_rate=1e-3 / (1 + k),
        )
        for k in range(n_members)
    ]
    return Training(plans)


@pytest.mark.parametrize("widths", [(5,), (5, 8)], ids=["one width", "padded"])
def test_results_cross_to_the_host_in_as_many_pieces_as_of_two(widths, crossings):
    counts = []
    for n_members in (2, 7):
        training = make_training(n_members, widths)
        training.run_epoch()
        del crossings[:]
        assert len(training.results(range(n_members))) == n_members
        counts.append(len(crossings))
    assert counts[0] == counts[1] > 0


def test_an_epoch_asks_the_device_as_often_for_seven_members_as_for_two(crossings, monkeypatch):
    monkeypatch.setattr(_updates_of, "RowUpdates", PopulationUpdates)  # those of a GPU
    counts = []
    for n_members in (2, 7):
        training = make_training(n_members)
        training.run_epoch()
        del crossings[:]
        training.run_epoch()
        counts.append(len(crossings))
    assert counts[0] == counts[1]


def test_networks_share_no_memory_with_the_population():
    training = make_training(3)
    training.run_epoch()
    network = training.results([1])[0].network
    before = {name: value.clone() for name, value in network.state_dict().items()}
    training.population.parameters.fill_(7)
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)


@pytest.mark.gpu
@pytest.mark.parametrize("n_members", [1, 3])
def test_networks_of_a_population_on_a_gpu_come_to_the_cpu(n_members):
    data = type(make_data())(*(column.cuda() for column in make_data(64)))
    results = train([make_plan(data, seed=k) for k in range(n_members)])
    devices = {p.device.type for result in results for p in result.network.parameters()}
    assert devices == {"cuda" if n_members == 1 else "cpu"}
