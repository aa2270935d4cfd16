"""The content and size of pickles, and where they can be loaded."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.model_selection import cross_validate
from skorch.callbacks import (
    Callback,
    Checkpoint,
    EarlyStopping,
    EpochScoring,
    Freezer,
    GradientNormClipping,
    LRScheduler,
    ProgressBar,
)
from torch import nn
from torch.optim import lr_scheduler

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.activations import ELU
from sklearn_deep.augmentation import GaussianCopies
from sklearn_deep.initializers import Orthogonal
from sklearn_deep.losses import Focal
from sklearn_deep.noise import GaussianNoise
from sklearn_deep.optimizers import SGD, Adam, TorchOptimizer
from sklearn_deep.penalties import L1L2, MaxNorm
from sklearn_deep.schedules import Plateau, WarmUp

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
PLUGINS = {
    "names": {"activation": "selu", "penalty": "l1", "augmentation": "mixup", "schedule": "cosine"},
    "instances": {
        "activation": ELU(alpha=0.5),
        "init": Orthogonal(),
        "hidden_noise": GaussianNoise(std=0.1),
        "penalty": [L1L2(l1=0.01, l2=0.01), MaxNorm(max_norm=1.0)],
        "augmentation": GaussianCopies(std=0.1),
        "loss": Focal(gamma=1.0),
        "optimizer": Adam(clip_norm=1.0),
        "schedule": WarmUp(),
    },
    "a module class": {"activation": nn.Tanh},
    "a function": {"activation": torch.tanh, "schedule": np.exp2, "class_weight": "balanced"},
    "batch norm": {"normalization": "batch", "dropout": 0.3},
    "momentum": {"optimizer": SGD(nesterov=True), "schedule": Plateau()},
    "nadam": {"optimizer": "nadam"},
    "a class of torch": {"optimizer": torch.optim.Rprop},
    "options of torch": {"optimizer": TorchOptimizer(torch.optim.ASGD, options={"lambd": 1e-3})},
    "lbfgs": {"optimizer": "lbfgs", "batch_size": "auto"},
    "float64": {"dtype": "float64", "early_stopping": True},
}


def unfitted(**params):
    params = {"max_epochs": 3, "batch_size": 8, "random_state": 0, "warm_start": True} | params
    return MLPClassifier((4,), **params)


def pickled(estimator):
    return pickle.loads(pickle.dumps(estimator))


@pytest.mark.slow
@pytest.mark.parametrize("params", PLUGINS.values(), ids=PLUGINS)
@pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
def test_a_copy_predicts_and_goes_on_as_the_original(params, copied):
    mlp = unfitted(**params)
    twin = copied(mlp)
    twin.fit(X, Y)
    mlp.fit(X, Y)
    np.testing.assert_array_equal(twin.predict_proba(X), mlp.predict_proba(X))
    twin = copied(mlp)
    np.testing.assert_array_equal(twin.predict_proba(X), mlp.predict_proba(X))
    np.testing.assert_array_equal(twin.fit(X, Y).predict_proba(X), mlp.fit(X, Y).predict_proba(X))
    if mlp.schedule is None:  # because a finished schedule gives a warning
        twin, mlp = (each.partial_fit(X, Y) for each in (copied(mlp), mlp))
        np.testing.assert_array_equal(twin.predict_proba(X), mlp.predict_proba(X))
    assert twin.n_epochs_ == mlp.n_epochs_


def test_a_copy_shares_nothing_with_the_original():
    mlp = unfitted().fit(X, Y)
    before = mlp.predict_proba(X)
    copy.deepcopy(mlp).fit(X, Y)
    pickled(mlp).fit(X, Y)
    np.testing.assert_array_equal(mlp.predict_proba(X), before)
    ours, theirs = (each.module_.parameters() for each in (mlp, copy.deepcopy(mlp)))
    assert not {p.data_ptr() for p in ours} & {p.data_ptr() for p in theirs}


def test_a_shallow_copy_shares_the_net():
    mlp = unfitted().fit(X, Y)
    assert copy.copy(mlp).net_ is mlp.net_


CALLBACKS = {
    "early stopping": lambda: EarlyStopping("train_loss", load_best=True),
    "clipping": lambda: GradientNormClipping(1.0),
    "freezer": lambda: Freezer("output*"),
    "scoring": lambda: EpochScoring("accuracy", on_train=True),
    "progress bar": ProgressBar,
    "checkpoint": lambda: Checkpoint(None, None, None, None, None),
    "StepLR": lambda: LRScheduler("StepLR", step_size=1),
    "CyclicLR": lambda: LRScheduler(
        lr_scheduler.CyclicLR, base_lr=0.01, max_lr=0.1, cycle_momentum=False
    ),
    "OneCycleLR": lambda: LRScheduler(
        lr_scheduler.OneCycleLR, max_lr=0.1, total_steps=20, cycle_momentum=False
    ),
    "ReduceLROnPlateau": lambda: LRScheduler("ReduceLROnPlateau", monitor="train_loss"),
}


@pytest.mark.slow
@pytest.mark.parametrize("make", CALLBACKS.values(), ids=CALLBACKS)
@pytest.mark.parametrize("copied", [pickled, copy.deepcopy])
def test_a_copy_has_its_callbacks(make, copied):
    mlp = unfitted(net_callbacks=[make()]).fit(X, Y)
    twin = copied(mlp)
    np.testing.assert_array_equal(twin.predict_proba(X), mlp.predict_proba(X))
    assert twin.net_callbacks[0] is twin.net_.callbacks_[0][1] is not mlp.net_callbacks[0]
    twin, mlp = twin.fit(X, Y), mlp.fit(X, Y)
    np.testing.assert_array_equal(twin.predict_proba(X), mlp.predict_proba(X))


@pytest.mark.parametrize("callbacks", [None, [Callback()]], ids=["no callback", "a callback"])
def test_every_weight_has_a_storage_of_its_own_size(callbacks):
    mlp = unfitted(normalization="batch", net_callbacks=callbacks).fit(X, Y)
    tensors = list(mlp.module_.state_dict(keep_vars=True).values())
    for tensor in tensors:
        assert tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    assert len({tensor.untyped_storage().data_ptr() for tensor in tensors}) == len(tensors)


def test_a_pickle_of_data_on_the_way_holds_no_rows():
    wide = csr_array(np.ones((30, 3000)))
    mlp = MLPRegressor((1,), max_epochs=1, net_callbacks=[Callback()]).fit(wide, Y)
    assert len(pickle.dumps(mlp)) < 4 * 3 * 3000 + 20_000


@pytest.mark.slow
def test_estimators_come_back_from_other_processes():
    mlp = unfitted(
        activation=lambda z: z.clamp(min=0), net_callbacks=[LRScheduler("StepLR", step_size=1)]
    )
    here, there = (
        cross_validate(mlp, X, Y, cv=2, n_jobs=n_jobs, return_estimator=True) for n_jobs in (1, 2)
    )
    np.testing.assert_array_equal(here["test_score"], there["test_score"])
    for one, other in zip(here["estimator"], there["estimator"], strict=True):
        np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
        np.testing.assert_array_equal(
            one.fit(X, Y).predict_proba(X), other.fit(X, Y).predict_proba(X)
        )


class Keep(Callback):
    """Holds a tensor."""

    def on_train_end(self, net, **kwargs):
        self.kept_ = net.module_.output.bias.detach().clone()


@pytest.fixture
def on_a_gpu(monkeypatch):
    """Return a fitted estimator whose tensors are saved as if they were on a GPU.

    Without a GPU, loading a file with such a tensor fails.
    """
    scheduler = LRScheduler("StepLR", step_size=1)
    mlp = unfitted(net_callbacks=[Keep(), scheduler], normalization="batch").fit(X, Y)
    tensors = [*mlp.module_.state_dict().values(), mlp.net_callbacks[0].kept_]
    claiming = {tensor.untyped_storage().data_ptr() for tensor in tensors}
    monkeypatch.setattr(
        torch.serialization,
        "location_tag",
        lambda storage: "cuda:0" if storage.data_ptr() in claiming else "cpu",
    )
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    mlp.net_.set_params(device="cuda:0")
    return mlp


def test_what_was_trained_on_a_gpu_loads_where_there_is_none(on_a_gpu):
    twin = pickled(on_a_gpu)
    assert twin.net_.device == "cpu"
    assert on_a_gpu.net_.device == "cuda:0"
    assert twin.net_.module is twin.net_.module_ is twin.module_
    assert twin.net_.callbacks_[0][1] is twin.net_callbacks[0]
    np.testing.assert_array_equal(twin.predict_proba(X), on_a_gpu.predict_proba(X))
    assert np.isfinite(twin.fit(X, Y).predict_proba(X)).all()
    assert twin.n_epochs_ == 6


def test_the_claim_is_what_keeps_a_file_from_loading(on_a_gpu):
    on_a_gpu.net_.set_params(device="cpu")
    with pytest.raises(RuntimeError, match="CUDA device"):
        pickled(on_a_gpu)


def test_the_net_alone_loads_where_there_is_no_gpu(on_a_gpu):
    twin = pickled(on_a_gpu.net_)
    assert twin.device == "cpu"
    weights = on_a_gpu.module_.state_dict()
    assert all(torch.equal(weights[name], w) for name, w in twin.module_.state_dict().items())


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_stay_where_the_original_is(on_a_gpu, copied):
    assert copied(on_a_gpu).net_.device == "cuda:0"
    assert copied(on_a_gpu.net_).device == "cuda:0"


@pytest.mark.slow
def test_a_pickle_loads_in_a_fresh_process(tmp_path):
    mlp = unfitted(activation=ELU(), normalization="batch").fit(X, Y)
    (tmp_path / "mlp.pkl").write_bytes(pickle.dumps(mlp))
    code = (
        "import pickle, sys, numpy as np; mlp = pickle.load(open(sys.argv[1], 'rb'));"
        "np.save(sys.argv[2], mlp.predict_proba(np.load(sys.argv[3])))"
    )
    np.save(tmp_path / "x.npy", X)
    files = [str(tmp_path / name) for name in ("mlp.pkl", "p.npy", "x.npy")]
    subprocess.run([sys.executable, "-c", code, *files], check=True)
    np.testing.assert_array_equal(np.load(tmp_path / "p.npy"), mlp.predict_proba(X))
