"""A population whose data is not on the CPU: no operation mixes devices, and results are on the CPU.

torch's meta device, which has shapes but no numbers, replaces a GPU. Values that would be copied to
the host are one here, or true.
"""

import pytest
import torch

from sklearn_deep._recording.recorded_step import RecordedStep
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import SGD, Adam, AdamW
from sklearn_deep.penalties import L1, MaxNorm
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import Data, Training, train
from tests._support.plans import make_data, make_plan

META = torch.device("meta")


@pytest.fixture(autouse=True)
def _meta_stands_for_a_gpu(monkeypatch):
    ways = {name: getattr(torch.Tensor, name) for name in ("cpu", "tolist", "item")}

    def home(name):
        def come(self):
            known = torch.ones(self.shape, dtype=self.dtype) if self.is_meta else self
            return ways[name](known)

        return come

    for name in ways:
        monkeypatch.setattr(torch.Tensor, name, home(name))
    monkeypatch.setattr(torch.Tensor, "__bool__", lambda self: bool(self.item()))
    # Numbers that do not exist cannot be compared.
    monkeypatch.setattr(RecordedStep, "__call__", RecordedStep.evaluated)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", [Adam(clip_norm=1.0), AdamW(), SGD(momentum=0.9)])
@pytest.mark.parametrize("widths", [(5, 5, 5), (5, 8, 6)], ids=["one width", "padded"])
def test_a_population_trains_there_and_its_networks_come_home(widths, optimizer):
    data = Data(*(column.to(META) for column in make_data(70)))
    noise = {"dropout.1": Dropout(rate=0.1), "weight_noise.0": GaussianNoise(std=0.1)}
    plans = [
        make_plan(
            data,
            hidden=(width,),
            normalization="batch",
            noise=noise,
            optimizer=optimizer,
            weight_decay=(0.1, 0.0),
            penalties=(MaxNorm(), L1()),
            validation=data,
            stopping=EarlyStopping("val_loss", patience=2 * k, restore_best_weights=True),
            seed=k,
        )
        for k, width in enumerate(widths)
    ]
    results = train(plans)
    for result, width in zip(results, widths, strict=True):
        assert result.network.hidden[0].linear.weight.shape == (width, 64)
        assert {value.device.type for value in result.network.state_dict().values()} == {"cpu"}
        assert {row.device.type for row in result.state.optimizer_state.values()} == {"cpu"}


def test_the_population_itself_is_there():
    data = Data(*(column.to(META) for column in make_data(70)))
    population = Training([make_plan(data, hidden=(w,)) for w in (5, 6)]).population
    assert population.parameters.is_meta
    assert all(buffer.is_meta for buffer in population.buffers.values())
