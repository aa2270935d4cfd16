"""``warm_start``: a continued fit equals one that was never interrupted."""

import copy
import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import LBFGS, SGD, Adam
from sklearn_deep.plugins import available
from sklearn_deep.schedules import Cosine, Exponential, OneCycle, Plateau, StepDecay, WarmUp

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = np.arange(40) % 3
WHOLE = {"max_epochs": 10, "batch_size": 16, "learning_rate": 0.01, "early_stopping": False}
RULES = [name for name in available("optimizers") if name != "lbfgs"]
SCHEDULES = {"constant": None, "step": StepDecay(step_size=3), "exponential": Exponential()}
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])


def state(mlp):
    """Return all weights and running statistics."""
    return torch.cat([v.flatten().double() for v in mlp.module_.state_dict().values()])


def assert_same_fit(one, other):
    assert torch.equal(state(one), state(other))
    assert one.n_epochs_ == other.n_epochs_ == len(one.history_["loss"])
    assert one.best_epoch_ == other.best_epoch_
    assert one.history_.keys() == other.history_.keys()
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])


def in_one_go(mlp, y=Y, **data):
    return clone(mlp).fit(X, y, **data)


def in_ten_goes(mlp, y=Y, **data):
    mlp = clone(mlp).set_params(warm_start=True, max_epochs=1)
    for _ in range(10):
        mlp.fit(X, y, **data)
    return mlp


@pytest.mark.slow
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", RULES)
def test_ten_fits_of_one_epoch_are_one_fit_of_ten(optimizer, schedule):
    mlp = MLPClassifier((4,), optimizer=optimizer, schedule=SCHEDULES[schedule], random_state=0)
    mlp.set_params(**WHOLE)
    assert_same_fit(in_ten_goes(mlp), in_one_go(mlp))


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": SGD(momentum=0.9, nesterov=True, clip_norm=0.5)},
        {"optimizer": "lbfgs", "batch_size": "auto"},
        {"optimizer": torch.optim.Adagrad},
        {"optimizer": torch.optim.ASGD},
        {"dropout": 0.3, "input_noise": 0.1, "hidden_noise": 0.1, "weight_noise": 0.1},
        {"normalization": "batch", "penalty": "l1", "weight_decay": 0.1},
        {"penalty": "max_norm", "activation": torch.nn.PReLU},
        {"augmentation": "gaussian"},
        {"dtype": "float64", "normalization": "layer"},
        {"schedule": Plateau(patience=2, min_delta=0.01)},
    ],
    ids=str,
)
def test_so_it_is_with_everything_that_has_a_state(kind, params):
    mlp = kind((4,), random_state=0, **WHOLE | params)
    assert_same_fit(in_ten_goes(mlp), in_one_go(mlp))


@pytest.mark.parametrize("random_state", [7, None, "object"])
def test_one_source_of_chance_serves_the_whole_fit(random_state):
    fits = []
    for way in (in_ten_goes, in_one_go):
        np.random.seed(3)  # noqa: NPY002
        given = np.random.RandomState(3) if random_state == "object" else random_state
        fits.append(way(MLPClassifier((4,), dropout=0.3, random_state=given, **WHOLE)))
    assert_same_fit(*fits)


@KINDS
def test_validation_rows_are_recorded_all_along(kind):
    mlp = kind((4,), random_state=0, **WHOLE)
    held_out = {"X_val": X[:9] + 1, "y_val": Y[:9]}
    assert_same_fit(in_ten_goes(mlp, **held_out), in_one_go(mlp, **held_out))


@KINDS
def test_the_same_rows_are_split_off_each_time(kind):
    mlp = kind((4,), early_stopping=True, warm_start=True, learning_rate=1e-30, max_epochs=1)
    for _ in range(3):
        mlp.fit(X, Y)
    assert len(set(mlp.history_["val_loss"])) == 1


@KINDS
@pytest.mark.parametrize("optimizer", ["adam", "lbfgs", torch.optim.Adagrad])
def test_a_copy_goes_on_as_the_fit_itself_would(kind, optimizer):
    mlp = kind((4,), optimizer=optimizer, dropout=0.1, schedule="step", random_state=None)
    mlp.set_params(max_epochs=3, warm_start=True).fit(X, Y)
    copies = [pickle.loads(pickle.dumps(mlp)), copy.deepcopy(mlp), copy.copy(mlp)]
    mlp.fit(X, Y)
    for twin in copies:
        assert twin.n_epochs_ == 3
        assert_same_fit(twin.fit(X, Y), mlp)


def test_without_warm_start_and_in_a_clone_all_begins_anew():
    mlp = MLPClassifier((4,), warm_start=True, random_state=0, **WHOLE).fit(X, Y)
    expected = copy.copy(mlp)
    assert mlp.fit(X, Y).n_epochs_ == 20
    assert_same_fit(clone(mlp).fit(X, Y), expected)
    assert_same_fit(mlp.set_params(warm_start=False).fit(X, Y), expected)


def gone_on(before, after):
    """Return a fit that continues with other parameters, and the state before it."""
    mlp = MLPClassifier((4,), warm_start=True, random_state=0, **WHOLE).set_params(**before)
    stood = state(mlp.fit(X, Y)).clone()
    return mlp.set_params(**after), stood


def test_the_numbers_of_an_optimizer_may_change_on_the_way():
    mlp, _ = gone_on({"optimizer": Adam()}, {"optimizer__beta_1": 0.5, "learning_rate": 0.02})
    moments = mlp._training_state.optimizer_state
    assert all(rows.any() for rows in moments.values())
    mlp.fit(X, Y)
    assert mlp.history_["learning_rate"].tolist() == [0.01] * 10 + [0.02] * 10
    assert mlp._training_state.n_steps == 20 * 3


@pytest.mark.parametrize(
    ("first", "second"),
    [("adam", "sgd"), ("sgd", "adam"), ("rmsprop", LBFGS()), ("lbfgs", torch.optim.Adagrad)],
)
def test_another_optimizer_begins_anew_from_the_weights(first, second):
    mlp, _ = gone_on({"optimizer": first, "batch_size": 40}, {"optimizer": second, "max_epochs": 1})
    other = copy.deepcopy(mlp)
    # The same without any state of the first optimizer.
    other._training_state = other._training_state._replace(optimizer_state={}, n_steps=0)
    assert_same_fit(mlp.fit(X, Y), other.fit(X, Y))


def test_another_schedule_begins_anew():
    mlp, _ = gone_on({"schedule": Plateau(patience=1, min_delta=1e3)}, {"schedule": Plateau()})
    assert mlp.history_["learning_rate"][-1] < 0.01
    assert mlp.fit(X, Y).history_["learning_rate"][10] == 0.01


@pytest.mark.parametrize(("before", "after"), [("float32", "float64"), ("float64", "float32")])
@pytest.mark.parametrize("optimizer", ["adam", torch.optim.Adagrad])
def test_another_dtype_takes_the_weights_over(before, after, optimizer):
    mlp, stood = gone_on({"dtype": before, "optimizer": optimizer}, {"dtype": after})
    mlp.set_params(learning_rate=1e-30, max_epochs=1).fit(X, Y)
    assert {p.dtype for p in mlp.module_.parameters()} == {getattr(torch, after)}
    torch.testing.assert_close(state(mlp), stood, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "after",
    [{"activation": "tanh"}, {"loss": "focal"}, {"weight_decay": 0.1}, {"batch_size": 7}],
    ids=str,
)
def test_what_needs_no_other_weights_may_change_on_the_way(after):
    mlp, stood = gone_on({}, after)
    mlp.set_params(learning_rate=1e-30).fit(X, Y)
    torch.testing.assert_close(state(mlp), stood)
    assert mlp.n_epochs_ == 20


def test_rows_may_change_on_the_way_and_lack_classes():
    mlp, _ = gone_on({}, {})
    mlp.fit(X[Y < 2] + 1, Y[Y < 2])
    assert mlp.classes_.tolist() == [0, 1, 2]
    assert mlp.n_epochs_ == 20


def test_a_regressor_keeps_the_form_of_its_first_target():
    mlp = MLPRegressor((4,), warm_start=True, max_epochs=1).fit(X, X[:, 0])
    assert mlp.fit(X, X[:, :1]).predict(X).shape == (40,)


def test_best_epoch_counts_from_the_first_fit():
    mlp = MLPClassifier((4,), warm_start=True, random_state=0, **WHOLE).fit(X, Y)
    mlp.set_params(learning_rate=1.0).fit(X, Y)
    assert mlp.best_epoch_ == np.argmin(mlp.history_["loss"])


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", torch.optim.Adagrad])
def test_a_fit_that_diverged_can_go_on(optimizer):
    mlp = MLPRegressor((4,), optimizer=optimizer, warm_start=True, random_state=0, **WHOLE)
    stood = state(mlp.fit(X, Y)).clone()
    with pytest.warns(ConvergenceWarning, match="diverged in epoch 10"):
        mlp.set_params(learning_rate=1e38).fit(X, Y)
    assert torch.equal(state(mlp), stood)
    mlp.set_params(learning_rate=0.01).fit(X, Y)
    assert not mlp.diverged_
    assert np.isfinite(mlp.history_["loss"][11:]).all()
    assert mlp.history_["loss"][-1] < mlp.history_["loss"][9]


SPANNING = {
    "cosine": Cosine(),
    "one_cycle": OneCycle(),
    "warm_up": WarmUp(epochs=3),
    "warm_up and step": WarmUp(epochs=2, then=StepDecay(step_size=2)),
    "warm_up and plateau": WarmUp(epochs=2, then=Plateau(patience=1, min_delta=10.0)),
}


@pytest.mark.parametrize("schedule", SPANNING.values(), ids=SPANNING)
def test_schedules_that_span_a_fit_begin_anew_in_each(schedule):
    mlp = MLPClassifier((4,), schedule=schedule, warm_start=True, random_state=0, **WHOLE)
    first = mlp.fit(X, Y).history_["learning_rate"]
    mlp.set_params(max_epochs=5).fit(X, Y).set_params(max_epochs=10).fit(X, Y)
    rates = mlp.history_["learning_rate"]
    np.testing.assert_array_equal(rates[:10], first)
    np.testing.assert_array_equal(rates[15:], first)
    short = clone(mlp).set_params(max_epochs=5).fit(X, Y).history_["learning_rate"]
    np.testing.assert_array_equal(rates[10:15], short)


def test_a_second_fit_under_cosine_learns_other_data():
    mlp = MLPClassifier((8,), schedule="cosine", warm_start=True, random_state=0)
    mlp.set_params(**WHOLE | {"max_epochs": 40}).fit(X, Y)
    y = (X[:, 0] > 0).astype(int)
    y[:3] = [0, 1, 2]  # the same classes
    before = mlp.score(X, y)
    assert mlp.fit(X, y).score(X, y) > before + 0.15


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle", WarmUp(epochs=1, then=Cosine())])
def test_partial_fit_after_the_end_of_its_schedule_warns(schedule):
    mlp = MLPClassifier((4,), schedule=schedule, learning_rate=1e-3, max_epochs=3, random_state=0)
    for _ in range(3):
        mlp.partial_fit(X, Y, classes=[0, 1, 2])
    before = state(mlp).clone()
    words = r"The schedule of MLPClassifier ended after max_epochs=3"
    for _ in range(2):
        with pytest.warns(UserWarning, match=words):
            mlp.partial_fit(X, Y)
    np.testing.assert_allclose(state(mlp), before, atol=1e-4)
    mlp.set_params(max_epochs=20).partial_fit(X, Y)
    mlp.set_params(warm_start=True, max_epochs=3).fit(X, Y)
    with pytest.warns(UserWarning, match=words):
        mlp.partial_fit(X, Y)
    # Another schedule that spans a fit starts when it is set.
    mlp.set_params(schedule=OneCycle(div_factor=2.0)).partial_fit(X, Y)
    assert mlp.history_["learning_rate"][-1] == pytest.approx(5e-4)


@pytest.mark.parametrize(
    "schedule", [None, "step", "exponential", Plateau(), Cosine(final_factor=0.1), "warm_up"]
)
def test_schedules_that_still_train_do_not_warn(schedule):
    mlp = MLPClassifier((4,), schedule=schedule, max_epochs=6, random_state=0)
    for _ in range(8):
        mlp.partial_fit(X, Y, classes=[0, 1, 2])
    mlp.set_params(warm_start=True).fit(X, Y).fit(X, Y)
