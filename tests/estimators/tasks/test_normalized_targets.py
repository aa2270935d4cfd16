"""``normalize_y``: the fit equals one with a target that is normalized by hand."""

import copy
import pickle
import warnings

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import Callback, EpochScoring

from sklearn_deep import JointAERegressor, MLPRegressor, ScaleWarning
from sklearn_deep.estimators._data.call import FitCall
from sklearn_deep.losses import Huber, Loss, Quantile
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from tests._support.plans import obey

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
SIGNAL = X[:, :2] + 0.3 * rng.normal(size=(60, 2))
DOLLARS = 2e5 + 6e4 * SIGNAL[:, 0]
TWO = np.array([2e5, -3.0]) + np.array([6e4, 1e-3]) * SIGNAL
COUNTS = np.exp(4 + X[:, 0])


def mlp(**params):
    given = {"learning_rate": 0.01, "max_epochs": 6, "batch_size": 20, "random_state": 0}
    return MLPRegressor((8,), **given | params)


def joint(**params):
    given = {"learning_rate": 0.01, "max_epochs": 6, "batch_size": 20, "random_state": 0}
    return JointAERegressor(2, encoder_layer_sizes=(8,), **given | params)


def assert_same_history(a, b):
    assert a.history_.keys() == b.history_.keys()
    for name in a.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(a.history_[name], b.history_[name])


# Equal to normalizing by hand


@pytest.mark.slow
@pytest.mark.parametrize("make", [mlp, joint])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "loss", ["squared_error", "absolute_error", Huber(delta=0.4), Quantile(quantile=0.8)]
)
@pytest.mark.parametrize("y", [DOLLARS, DOLLARS[:, None], TWO], ids=["flat", "column", "two"])
def test_a_fit_is_that_of_a_target_normalized_by_hand(make, dtype, loss, y):
    mean, deviation = y.mean(0), y.std(0)
    own = make(loss=loss, dtype=dtype).fit(X, y)
    by_hand = make(loss=loss, dtype=dtype, normalize_y=False).fit(X, (y - mean) / deviation)
    assert_same_history(own, by_hand)
    predicted = own.predict(X)
    assert predicted.shape == y.shape
    np.testing.assert_array_equal(predicted, by_hand.predict(X) * deviation + mean)
    assert own.score(X, y) == pytest.approx(by_hand.score(X, (y - mean) / deviation), rel=1e-6)


@pytest.mark.parametrize("make", [mlp, joint])
def test_a_poisson_target_is_divided_by_its_mean(make):
    own = make(loss="poisson").fit(X, COUNTS)
    by_hand = make(loss="poisson", normalize_y=False).fit(X, COUNTS / COUNTS.mean())
    assert_same_history(own, by_hand)
    np.testing.assert_allclose(own.predict(X), by_hand.predict(X) * COUNTS.mean(), rtol=1e-12)


class Own(Loss):
    def rows(self, output, target):
        return (output - target).square().mean(-1)


@pytest.mark.parametrize(
    "loss", [Own(), lambda output, target: (output - target).abs().mean(-1), "binary_cross_entropy"]
)
def test_a_loss_that_does_not_say_otherwise_leaves_the_target_alone(loss):
    y = SIGNAL[:, 0] > 0
    own, plain = mlp(loss=loss).fit(X, y), mlp(loss=loss, normalize_y=False).fit(X, y)
    assert_same_history(own, plain)
    np.testing.assert_array_equal(own.predict(X), plain.predict(X))


def test_a_loss_of_the_users_own_can_say_which_change_it_allows():
    class Scaled(Own):
        unit_change = "shift and scale"

    assert mlp(loss=Scaled(), max_epochs=60).fit(X, DOLLARS).score(X, DOLLARS) > 0.3


def test_weights_and_samples_without_a_target_count_as_they_should():
    weight = rng.integers(0, 4, 60).astype(float)
    y = np.where(np.arange(60) % 3 == 0, np.nan, DOLLARS)
    counts = (weight > 0) & ~np.isnan(y)
    mean = np.average(y[counts], weights=weight[counts])
    deviation = np.sqrt(np.average((y[counts] - mean) ** 2, weights=weight[counts]))
    own = joint(dtype="float64").fit(X, y, weight)
    by_hand = joint(dtype="float64", normalize_y=False).fit(X, (y - mean) / deviation, weight)
    expected = by_hand.predict(X) * deviation + mean
    np.testing.assert_allclose(own.predict(X), expected, rtol=0, atol=1e-9 * deviation)


def test_a_sample_of_weight_zero_has_no_part_in_the_scale():
    y, weight = DOLLARS.copy(), np.ones(60)
    y[7], weight[7] = 1e9, 0
    by_hand = (y - y[weight > 0].mean()) / y[weight > 0].std()
    a, b = mlp().fit(X, y, weight), mlp(normalize_y=False).fit(X, by_hand, weight)
    assert_same_history(a, b)
    alike = np.where(weight > 0, 0.1, 5.0)
    assert mlp().fit(X, alike, weight).net_.target_scale_ == ([0.1], [1.0])


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_the_scale_survives_weights_of_any_size(loss):
    weight = np.ones(60)
    weight[0] = 1e300
    own = mlp(loss=loss, learning_rate=1e-3).fit(X, np.where(weight > 1, 0, COUNTS), weight)
    assert np.isfinite(own.predict(X)).all()


def test_validation_samples_have_the_scale_of_the_training_samples():
    rest = np.arange(60) >= 20
    mean, deviation = DOLLARS[rest].mean(), DOLLARS[rest].std()
    z = (DOLLARS - mean) / deviation
    own = mlp(early_stopping=True)
    own.fit(X[rest], DOLLARS[rest], X_val=X[~rest], y_val=DOLLARS[~rest])
    by_hand = mlp(early_stopping=True, normalize_y=False)
    by_hand.fit(X[rest], z[rest], X_val=X[~rest], y_val=z[~rest])
    assert_same_history(own, by_hand)


def test_a_validation_part_that_is_split_off_has_no_part_in_the_scale():
    class Seen(Callback):
        def on_train_begin(self, net, X, y, **kwargs):
            self.y = y.numpy()

    seen = Seen()
    own = mlp(early_stopping=True, dtype="float64", net_callbacks=[seen]).fit(X, DOLLARS)
    assert len(seen.y) == 54
    assert own.net_.target_scale_.shift == pytest.approx(seen.y.mean(), rel=1e-12)
    assert own.net_.target_scale_.scale == pytest.approx(seen.y.std(), rel=1e-12)


def test_a_transformer_of_the_target_may_still_stand_around_it():
    params = {"dtype": "float64"}
    inner = TransformedTargetRegressor(mlp(**params), transformer=StandardScaler()).fit(X, DOLLARS)
    np.testing.assert_allclose(inner.predict(X), mlp(**params).fit(X, DOLLARS).predict(X))


# Numbers of all kinds


@pytest.mark.parametrize("unit", [1e30, 1e-30, 1e300, 1e-300, 5e-324 * 2**20])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_the_unit_of_the_target_does_not_matter(unit, loss):
    y = COUNTS if loss == "poisson" else SIGNAL[:, 0]
    dtype = "float64" if unit == 1e300 else "float32"
    expected = mlp(loss=loss, dtype=dtype).fit(X, y).predict(X)
    found = mlp(loss=loss, dtype=dtype).fit(X, y * unit).predict(X) / unit
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "poisson"])
@pytest.mark.parametrize("value", [0.0, 0.1, 7e8])
def test_a_constant_target_is_predicted_about_right(loss, value):
    own = mlp(loss=loss, max_epochs=80).fit(X, np.full(60, value))
    # The scale of 0.1 is 1, because no deviation is known.
    np.testing.assert_allclose(own.predict(X), value, rtol=0.5, atol=0.3)
    assert np.isfinite(own.history_["r2"]).all()


def test_one_sample_is_enough():
    assert mlp(max_epochs=100).fit(X[:1], [5e6]).predict(X[:1]) == pytest.approx(5e6, rel=1e-6)


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.uint8, bool])
def test_the_type_of_the_target_does_not_matter(kind):
    y = (SIGNAL[:, 0] > 0).astype(kind)
    np.testing.assert_array_equal(
        mlp().fit(X, y).predict(X), mlp().fit(X, y.astype(float)).predict(X)
    )


@pytest.mark.parametrize("given", [np.float32, np.float64])
def test_predictions_have_the_float_type_of_x(given):
    own = mlp().fit(X, DOLLARS)
    assert own.predict(X.astype(given)).dtype == given
    np.testing.assert_allclose(own.predict(X.astype(given)), own.predict(X), rtol=1e-5)


def test_a_prediction_too_large_for_the_type_of_x_is_warned_of():
    own = mlp(dtype="float64").fit(X, 1e300 * SIGNAL[:, 0])
    with pytest.warns(RuntimeWarning, match="overflow"):
        own.predict(X.astype(np.float32))


def test_sparse_samples_and_samples_on_disk(tmp_path):
    on_disk = np.memmap(tmp_path / "x", X.dtype, "w+", shape=X.shape)
    on_disk[:] = X
    expected = mlp().fit(X, DOLLARS).predict(X)
    for rows in (csr_array(X), on_disk):
        np.testing.assert_allclose(mlp().fit(rows, DOLLARS).predict(rows), expected, rtol=1e-6)


def test_copies_and_pickles():
    own = mlp(normalize_y=True).fit(X, TWO)
    assert clone(own).normalize_y
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(own)).predict(X), own.predict(X))


# Continued fits


@pytest.mark.parametrize("then", [DOLLARS, 3 * DOLLARS])
def test_a_warm_start_keeps_the_first_scale(then):
    mean, deviation = DOLLARS.mean(), DOLLARS.std()
    own = mlp(warm_start=True).fit(X, DOLLARS).fit(X, then)
    by_hand = mlp(warm_start=True, normalize_y=False)
    by_hand.fit(X, (DOLLARS - mean) / deviation).fit(X, (then - mean) / deviation)
    assert_same_history(own, by_hand)
    np.testing.assert_array_equal(own.predict(X), by_hand.predict(X) * deviation + mean)


def test_chunks_have_the_scale_of_the_first():
    mean, deviation = DOLLARS[:20].mean(), DOLLARS[:20].std()
    own, by_hand = mlp(), mlp(normalize_y=False)
    for part in np.arange(60).reshape(3, 20):
        own.partial_fit(X[part], DOLLARS[part])
        by_hand.partial_fit(X[part], (DOLLARS[part] - mean) / deviation)
    assert_same_history(own, by_hand)


def test_a_fit_after_partial_fit_begins_with_a_scale_of_its_own():
    own = mlp().partial_fit(X[:2], [1.0, 2.0]).fit(X, DOLLARS)
    np.testing.assert_array_equal(own.predict(X), mlp().fit(X, DOLLARS).predict(X))


@pytest.mark.parametrize(("loss", "shift"), [("squared_error", 7.0), ("poisson", 0.0)])
def test_a_first_chunk_of_one_number_says_nothing_about_the_unit(loss, shift):
    own, by_hand = mlp(loss=loss), mlp(loss=loss, normalize_y=False)
    for part in ([7.0, 7.0], [8.0, 6.5]):
        own.partial_fit(X[:2], part)
        by_hand.partial_fit(X[:2], np.array(part) - shift)
    np.testing.assert_allclose(own.predict(X), by_hand.predict(X) + shift, rtol=1e-12)


def test_a_loss_that_cannot_go_on_in_the_unit_of_the_first_is_an_error():
    own = mlp(warm_start=True).fit(X, np.abs(DOLLARS))
    before = own.predict(X)
    for loss in ("poisson", Own(), lambda output, target: (output - target).abs().mean(-1)):
        with pytest.raises(
            ValueError, match=r"'loss' parameter of MLPRegressor .* warm_start=False"
        ):
            clone(own).set_params(loss="absolute_error").fit(X, DOLLARS).set_params(loss=loss).fit(
                X, DOLLARS
            )
    own.set_params(loss=Huber()).fit(X, DOLLARS)
    assert (own.predict(X) != before).any()


def test_going_on_without_normalize_y_keeps_the_unit():
    a = mlp(warm_start=True).fit(X, DOLLARS).fit(X, DOLLARS)
    b = mlp(warm_start=True).fit(X, DOLLARS).set_params(normalize_y=False).fit(X, DOLLARS)
    np.testing.assert_array_equal(a.predict(X), b.predict(X))


# Warnings


def warned_of(call):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", ScaleWarning)
        call()
    return [str(one.message) for one in found if one.category is ScaleWarning]


@pytest.mark.parametrize("make", [mlp, joint])
def test_a_target_that_must_stay_as_it_is_and_is_off_scale_is_warned_of(make):
    y = np.where(np.arange(60) % 3 == 0, np.nan, DOLLARS) if make is joint else DOLLARS
    found = warned_of(lambda: make(loss=Own()).fit(X, y))
    assert len(found) == 1
    assert all(
        word in found[0] for word in (make().__class__.__name__, "column 0 (mean ", "unit_change")
    )


@pytest.mark.parametrize(
    ("y", "params"),
    [
        (SIGNAL[:, 0], {"loss": Own()}),
        (np.full(60, 7e5), {"loss": Own()}),
        (DOLLARS, {}),
        (DOLLARS, {"loss": "poisson"}),
        (DOLLARS, {"normalize_y": False}),
        (DOLLARS, {"normalize_y": False, "loss": Own()}),
        (1e-6 * np.abs(SIGNAL), {"loss": "binary_cross_entropy"}),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_other_targets_are_not_warned_of(y, params):
    assert not warned_of(lambda: mlp(**params).fit(X, np.abs(y)))


@pytest.mark.parametrize("factor", [100, 1e-5, -100])
@pytest.mark.parametrize("again", ["fit", "partial_fit"])
def test_later_targets_far_from_the_first_scale_are_warned_of(again, factor):
    own = mlp(warm_start=True).partial_fit(X, TWO)
    far = TWO.mean(0) + factor * (TWO - TWO.mean(0)) * [0.5, 1]
    (found,) = warned_of(lambda: getattr(own, again)(X, far))
    assert all(word in found for word in ("MLPRegressor", "scale of its first call", "column"))
    assert not warned_of(lambda: getattr(own, again)(X, TWO))


def test_chunks_of_one_sample_are_warned_of_if_they_are_far_off():
    own = mlp().partial_fit(X[:1], [2e5])
    assert len(warned_of(lambda: own.partial_fit(X[1:2], [2.6e5]))) == 1
    assert not warned_of(lambda: own.partial_fit(X[1:2], [2e5 + 3]))
    assert not warned_of(lambda: own.partial_fit(X[:2], [2e5, 2e5]))
    counts = mlp(loss="poisson").partial_fit(X, COUNTS)
    assert not warned_of(lambda: counts.partial_fit(X, 3 * COUNTS))
    assert len(warned_of(lambda: counts.partial_fit(X, 30 * COUNTS))) == 1


def test_a_search_warns_once_of_a_target_that_is_off_scale():
    search = BatchedRandomizedSearchCV(
        mlp(loss=Own()), {"learning_rate": [0.1, 0.2]}, cv=2, n_iter=2
    )
    (found,) = warned_of(lambda: search.fit(X, DOLLARS))
    assert "of 5 fits" in found or "of 4 fits" in found


# Populations


@pytest.mark.parametrize(("make", "loss"), [(mlp, "squared_error"), (joint, "poisson")])
def test_networks_of_different_scales_train_together(make, loss):
    each = [COUNTS, 1e6 * COUNTS, 5 + COUNTS**2]
    plans = [make(loss=loss)._plan(FitCall(X, y, None), seed=k) for k, y in enumerate(each)]
    plans.append(make(loss=loss, normalize_y=False)._plan(FitCall(X, COUNTS, None), seed=3))
    assert len({plan.structure() for plan in plans}) == 1
    obey(plans)


# The net


@pytest.mark.parametrize(("loss", "y"), [("squared_error", TWO), ("poisson", COUNTS)])
def test_the_net_and_its_callbacks_see_the_unit_of_the_target(loss, y):
    class Seen(Callback):
        def on_train_begin(self, net, X, y, **kwargs):
            self.y = y

        def on_epoch_end(self, net, dataset_train, dataset_valid, **kwargs):
            self.datasets = dataset_train.y, dataset_valid.y

        def on_batch_end(self, net, batch, training, **kwargs):
            self.largest = max(getattr(self, "largest", 0), batch[1].abs().max().item())

    seen = Seen()
    scoring = EpochScoring("r2", name="own_r2", lower_is_better=False)
    error = EpochScoring("neg_mean_absolute_error", name="error", lower_is_better=False)
    own = mlp(loss=loss, net_callbacks=[seen, scoring, error], dtype="float64")
    own.fit(X, y, X_val=X[:30], y_val=y[:30])
    columns = y.reshape(60, -1)
    np.testing.assert_allclose(seen.y, columns, rtol=1e-12)
    np.testing.assert_allclose(seen.datasets[0], columns, rtol=1e-12)
    np.testing.assert_allclose(seen.datasets[1], columns[:30], rtol=1e-12)
    assert seen.largest == pytest.approx(np.abs(y).max(), rel=1e-12)
    scores = own.net_.history[:, "own_r2"]
    assert scores[-1] == pytest.approx(own.score(X[:30], y[:30]), rel=1e-9)
    np.testing.assert_allclose(scores, own.history_["val_r2"], rtol=1e-9)
    mean_error = -np.abs(own.predict(X[:30]) - y[:30]).mean()
    assert own.net_.history[-1, "error"] == pytest.approx(mean_error, rel=1e-9)
    np.testing.assert_allclose(own.net_.predict(X), own.predict(X).reshape(60, -1), rtol=1e-12)
    assert own.net_.score(X, y) == pytest.approx(own.score(X, y), rel=1e-9)


def test_a_callback_that_looks_changes_no_bit():
    plain, seen = mlp().fit(X, TWO), mlp(net_callbacks=[Callback()]).fit(X, TWO)
    np.testing.assert_array_equal(plain.predict(X), seen.predict(X))


# The plain network


@pytest.mark.parametrize("make", [mlp, joint])
@pytest.mark.parametrize("normalize_y", [True, False])
@pytest.mark.parametrize(
    ("loss", "y"),
    [("huber", TWO), ("poisson", COUNTS), ("binary_cross_entropy", COUNTS.mean() < COUNTS)],
    ids=["huber", "poisson", "binary cross-entropy"],
)
def test_the_plain_network_predicts_in_the_unit_of_the_target(make, normalize_y, loss, y):
    own = make(loss=loss, normalize_y=normalize_y, dtype="float64").fit(X, y)
    for each in (own, copy.deepcopy(own), pickle.loads(pickle.dumps(own))):
        with torch.no_grad():
            found = each.module_(torch.from_numpy(X))
        found = found[0] if make is joint else found
        np.testing.assert_allclose(found, own.predict(X).reshape(60, -1), rtol=1e-12)
    assert not any("final" in name for name in own.module_.state_dict())


# Scikit-learn's MLP


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shift", [0.0, 2e5, 1e12])
@pytest.mark.parametrize("columns", [1, 2])
def test_an_mlp_of_scikit_learn_has_the_scale_in_its_last_layer(dtype, shift, columns):
    y = shift + np.array([6e4, 0.5])[:columns] * SIGNAL[:, :columns]
    own = mlp(dtype=dtype, max_epochs=40).fit(X, y)
    given = own.to_sklearn().predict(X).reshape(y.shape)
    assert (np.abs(given - own.predict(X)) < 1e-5 * y.std(0) + 1e-15 * shift).all()


def test_the_mean_of_a_poisson_target_joins_the_logarithm():
    own = mlp(loss="poisson", max_epochs=40).fit(X, 1e9 * COUNTS)
    np.testing.assert_allclose(own.to_sklearn().predict(X), own.predict(X), rtol=1e-5)


def test_there_and_back_again():
    own = mlp(dtype="float64").fit(X, DOLLARS)
    back = MLPRegressor.from_sklearn(own.to_sklearn())
    assert not back.normalize_y
    np.testing.assert_allclose(back.predict(X), own.predict(X), rtol=1e-12)
    assert back.partial_fit(X, DOLLARS).net_.target_scale_ is None


def test_torch_makes_no_warning_of_arrays_that_are_read_only():
    own = mlp().fit(X, DOLLARS)
    for part in own.net_.target_scale_:
        part.flags.writeable = False
    own.predict(X)
    assert (
        own.net_.shown_targets(None, torch.zeros(2, 1), torch.ones(2)).tolist()
        == [[pytest.approx(DOLLARS.mean())]] * 2
    )
