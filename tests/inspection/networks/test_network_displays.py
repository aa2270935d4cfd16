"""Displays of fitted networks draw the values of the estimators."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import RandomizedSearchCV
from sklearn.neural_network import MLPClassifier as SklearnMLP
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.inspection import (
    CodeDisplay,
    ReconstructionDisplay,
    TrainingCurveDisplay,
    WeightImageDisplay,
)
from sklearn_deep.stopping import EarlyStopping

X, Y = load_digits(return_X_y=True)
X, Y = X[:200] / 16, Y[:200]
SMALL = {"max_epochs": 4, "random_state": 0}


def autoencoder(n_components=3, **settings):
    return AutoencoderTransformer(n_components, **{"encoder_layer_sizes": (8,)} | SMALL | settings)


@pytest.fixture(scope="module")
def stopped():
    """Return a network in a pipeline that stopped early, with its best weights restored."""
    rule = EarlyStopping(patience=3, restore_best_weights=True)
    mlp = MLPClassifier(
        (32,), learning_rate=0.1, max_epochs=60, early_stopping=rule, random_state=0
    )
    fitted = make_pipeline(StandardScaler(), mlp).fit(X, Y)
    assert fitted[-1].best_epoch_ < fitted[-1].n_epochs_ - 1 < 59
    return fitted


@pytest.fixture(scope="module")
def codec():
    return autoencoder().fit(X)


def labels(display):
    return display.ax_.get_legend_handles_labels()[1]


# Training curves


def test_the_curves_are_those_of_the_history(stopped):
    display = TrainingCurveDisplay.from_estimator(stopped)
    training, validation = display.ax_.lines[:2]
    np.testing.assert_array_equal(training.get_ydata(), stopped[-1].history_["loss"])
    np.testing.assert_array_equal(validation.get_ydata(), stopped[-1].history_["val_loss"])
    assert training.get_linestyle() != validation.get_linestyle()
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("epoch (from 0)", "loss")


def test_the_last_epoch_and_the_restored_one_are_marked(stopped):
    mlp, display = stopped[-1], TrainingCurveDisplay.from_estimator(stopped)
    last, best = mlp.n_epochs_ - 1, mlp.best_epoch_
    assert labels(display)[2:] == [f"ended: epoch {last}", f"weights restored: epoch {best}"]
    ended, restored, dot = display.ax_.lines[2:]
    assert (ended.get_xdata()[0], restored.get_xdata()[0]) == (last, best)
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (best, mlp.history_["val_loss"][best])


@pytest.mark.parametrize("rule", [False, "convergence", EarlyStopping("loss", patience=3)])
def test_weights_that_were_not_restored_are_not_marked(rule):
    mlp = MLPClassifier((8,), early_stopping=rule, **SMALL).fit(X, Y)
    assert labels(TrainingCurveDisplay.from_estimator(mlp)) == ["training"]


def test_a_fit_that_diverged_says_so():
    mlp = MLPRegressor((8,), learning_rate=1e3, optimizer="sgd", batch_size=10, random_state=0)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        mlp.fit(X, Y)
    display = TrainingCurveDisplay.from_estimator(mlp)
    assert labels(display)[-1] == f"diverged: epoch {mlp.n_epochs_ - 1}"


def test_another_metric_and_a_log_axis(stopped):
    display = TrainingCurveDisplay.from_estimator(stopped, "accuracy", log_y=True)
    np.testing.assert_array_equal(
        display.ax_.lines[0].get_ydata(), stopped[-1].history_["accuracy"]
    )
    assert (display.ax_.get_ylabel(), display.ax_.get_yscale()) == ("accuracy", "log")


def test_several_fits_have_a_color_and_a_name_each(stopped, codec):
    display = TrainingCurveDisplay.from_estimators({"one": stopped, "other": codec})
    assert labels(display)[:3] == ["one, training", "one, validation", "other, training"]
    one, same, other = (line.get_color() for line in display.ax_.lines[:3])
    assert one == same != other


def test_the_curves_of_a_search_are_those_of_its_best_estimator():
    space = {"learning_rate": [1e-3, 1e-2]}
    search = RandomizedSearchCV(MLPClassifier((4,), **SMALL), space, n_iter=2, cv=2).fit(X, Y)
    display = TrainingCurveDisplay.from_estimator(search)
    loss = search.best_estimator_.history_["loss"]
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), loss)


def test_lbfgs_and_one_epoch_have_curves_to_see():
    mlp = MLPClassifier((4,), optimizer="lbfgs", **SMALL).fit(X, Y)
    assert len(TrainingCurveDisplay.from_estimator(mlp).ax_.lines[0].get_ydata()) == mlp.n_epochs_
    mlp = MLPClassifier((4,)).partial_fit(X, Y, classes=np.unique(Y))
    assert TrainingCurveDisplay.from_estimator(mlp).ax_.lines[0].get_marker() == "o"


def test_given_axes_are_drawn_on(stopped):
    figure, axes = plt.subplots()
    display = TrainingCurveDisplay.from_estimator(stopped, ax=axes)
    assert (display.ax_, display.figure_) == (axes, figure)


def test_a_metric_that_was_not_recorded_is_named(stopped):
    with pytest.raises(
        ValueError, match=r"'accuracies', which was not recorded. Did you.*'accuracy'"
    ):
        TrainingCurveDisplay.from_estimator(stopped, "accuracies")


def test_an_estimator_without_history_is_refused():
    with pytest.raises(TypeError, match=r"requires an estimator with history_.*RidgeClassifier"):
        TrainingCurveDisplay.from_estimator(RidgeClassifier().fit(X, Y))


@pytest.mark.parametrize(
    "draw",
    [
        TrainingCurveDisplay.from_estimator,
        lambda e: ReconstructionDisplay.from_estimator(e, X, image_shape=(8, 8)),
        lambda e: CodeDisplay.from_estimator(e, X),
        lambda e: WeightImageDisplay.from_estimator(e, (8, 8)),
    ],
)
@pytest.mark.parametrize("in_pipeline", [False, True])
def test_an_estimator_must_be_fitted(draw, in_pipeline):
    estimator = make_pipeline(MinMaxScaler(), autoencoder()) if in_pipeline else autoencoder()
    with pytest.raises(NotFittedError):
        draw(estimator)
    with pytest.raises(TypeError, match="requires a fitted estimator, got str"):
        draw("autoencoder")


# Reconstructions


def image_of(panel):
    return np.asarray(panel.images[0].get_array())


def test_originals_stand_above_reconstructions(codec):
    display = ReconstructionDisplay.from_estimator(codec, X, image_shape=(8, 8), n=4)
    back = codec.reconstruct(X)
    assert display.axes_.shape == (2, 4)
    for column in range(4):
        top, bottom = display.axes_[:, column]
        np.testing.assert_array_equal(image_of(top).ravel(), X[column])
        np.testing.assert_array_equal(image_of(bottom).ravel(), back[column])
        error = np.mean((back[column] - X[column]) ** 2)
        assert bottom.get_title() == f"MSE {error:.3g}"
    error = np.mean((back - X) ** 2)
    assert display.axes_[1, 0].get_ylabel() == f"reconstruction\nMSE {error:.4g}"
    assert {panel.images[0].get_clim() for panel in display.axes_.flat} == {(0.0, 1.0)}


def test_noisy_images_stand_between_and_are_what_is_reconstructed(codec):
    noisy = X + np.random.RandomState(0).normal(0, 0.3, X.shape)
    display = ReconstructionDisplay.from_estimator(codec, X, image_shape=(8, 8), n=2, noisy=noisy)
    assert display.axes_.shape == (3, 2)
    np.testing.assert_array_equal(image_of(display.axes_[1, 1]).ravel(), noisy[1])
    np.testing.assert_array_equal(
        image_of(display.axes_[2, 1]).ravel(), codec.reconstruct(noisy)[1]
    )
    error = np.mean((noisy - X) ** 2)
    assert display.axes_[1, 0].get_ylabel() == f"with noise\nMSE {error:.4g}"


def test_behind_a_scaler_images_are_in_the_unit_of_x():
    pipeline = make_pipeline(StandardScaler(), autoencoder()).fit(X)
    display = ReconstructionDisplay.from_estimator(pipeline, X, image_shape=(8, 8), n=1)
    scaler, codec = pipeline
    back = scaler.inverse_transform(codec.reconstruct(scaler.transform(X)))
    np.testing.assert_array_equal(image_of(display.axes_[1, 0]).ravel(), back[0])


def test_the_autoencoder_before_a_classifier_and_a_pca_are_compared(codec):
    pipeline = make_pipeline(autoencoder(), StandardScaler(), RidgeClassifier()).fit(X, Y)
    pca = PCA(3, random_state=0).fit(X)
    found = {"PCA": pca, "autoencoder": pipeline}
    display = ReconstructionDisplay.from_estimators(found, X, image_shape=(8, 8), n=2)
    np.testing.assert_array_equal(
        image_of(display.axes_[2, 0]).ravel(), pipeline[0].reconstruct(X)[0]
    )
    assert [row[0].get_ylabel().split("\n")[0] for row in display.axes_] == [
        "original", "PCA", "autoencoder",
    ]  # fmt: skip


def test_fewer_rows_than_images_are_drawn(codec):
    display = ReconstructionDisplay.from_estimator(codec, X[:3], image_shape=(8, 8))
    assert display.axes_.shape == (2, 3)


def test_colored_images_are_drawn_from_0_to_1():
    rows = np.random.RandomState(0).uniform(0, 255, (3, 48))
    display = ReconstructionDisplay(
        originals=rows, reconstructions={"half": rows / 2}, image_shape=(4, 4, 3)
    ).plot()
    assert image_of(display.axes_[0, 0]).shape == (4, 4, 3)
    assert 0 <= image_of(display.axes_[1, 2]).min() <= image_of(display.axes_[0, 2]).max() <= 1


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((28, 28), r"784 numbers, but a sample has 64. A square image would be \(8, 8\)"),
        ((64,), r"must be \(height, width\)"),
        ((4, 4, 4, 1), r"must be \(height, width\)"),
        ((8.0, 8.0), r"must be \(height, width\)"),
    ],
)
def test_an_image_shape_that_does_not_fit_is_an_error(codec, shape, message):
    with pytest.raises(ValueError, match=message):
        ReconstructionDisplay.from_estimator(codec, X, image_shape=shape)
    with pytest.raises(ValueError, match=message):
        WeightImageDisplay.from_estimator(codec, shape)


def test_what_cannot_be_reconstructed_is_an_error(codec):
    pipeline = make_pipeline(Normalizer(), autoencoder()).fit(X)
    with pytest.raises(
        ValueError, match="requires inverse_transform of the steps before the autoencoder"
    ):
        ReconstructionDisplay.from_estimator(pipeline, X, image_shape=(8, 8))
    with pytest.raises(TypeError, match="reconstruct or inverse_transform"):
        ReconstructionDisplay.from_estimator(RidgeClassifier().fit(X, Y), X, image_shape=(8, 8))
    with pytest.raises(ValueError, match=r"'noisy' argument .* shape of X, \(200, 64\); got"):
        ReconstructionDisplay.from_estimator(codec, X, image_shape=(8, 8), noisy=X[:5])


# Codes


def points_of(display):
    return np.vstack([c.get_offsets() for c in display.ax_.collections])


def test_a_code_of_two_numbers_is_drawn_as_it_is():
    pipeline = make_pipeline(MinMaxScaler(), autoencoder(2)).fit(X)
    display = CodeDisplay.from_estimator(pipeline, X)
    np.testing.assert_array_equal(points_of(display), pipeline.transform(X))
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("code 1", "code 2")


def test_a_longer_code_is_drawn_by_its_principal_components(codec):
    display = CodeDisplay.from_estimator(codec, X)
    pca = PCA(2, random_state=0)
    np.testing.assert_array_equal(points_of(display), pca.fit_transform(codec.transform(X)))
    share = pca.explained_variance_ratio_[1]
    words = f"second principal component of the code\n({share:.0%} of the variance of 3 numbers)"
    assert display.ax_.get_ylabel() == words


def test_a_code_of_one_number_is_drawn_against_the_row():
    codec = autoencoder(1).fit(X)
    display = CodeDisplay.from_estimator(codec, X)
    np.testing.assert_array_equal(points_of(display)[:, 0], np.arange(200))
    np.testing.assert_array_equal(points_of(display)[:, 1], codec.transform(X)[:, 0])


def test_the_code_is_drawn_also_where_the_output_is_the_reconstruction(codec):
    other = autoencoder(output="reconstruction").fit(X)
    np.testing.assert_array_equal(
        points_of(CodeDisplay.from_estimator(other, X)),
        points_of(CodeDisplay.from_estimator(codec, X)),
    )
    assert other.output == "reconstruction"


def test_classes_have_a_color_a_marker_and_a_name_each(codec):
    display = CodeDisplay.from_estimator(codec, X, Y)
    assert labels(display) == [str(label) for label in range(10)]
    assert [text.get_text() for text in display.ax_.texts] == labels(display)
    for label, dots in enumerate(display.ax_.collections):
        assert len(dots.get_offsets()) == (label == Y).sum()
    colors = {tuple(dots.get_facecolor()[0]) for dots in display.ax_.collections}
    markers = {dots.get_paths()[0].vertices.tobytes() for dots in display.ax_.collections}
    assert len(colors) == len(markers) == 10
    assert display.colorbar_ is None


def test_the_code_of_a_joint_autoencoder():
    joint = JointAEClassifier(2, encoder_layer_sizes=(8,), **SMALL).fit(X, Y)
    display = CodeDisplay.from_estimator(joint, X, np.array(list("abcdefghij"))[Y])
    assert labels(display) == list("abcdefghij")


def test_numbers_have_a_color_bar_and_those_missing_are_gray(codec):
    numbers = X.sum(1)
    numbers[:5] = np.nan
    display = CodeDisplay.from_estimator(codec, X, numbers)
    missing, known = display.ax_.collections
    assert len(missing.get_offsets()) == 5
    np.testing.assert_array_equal(known.get_array(), numbers[5:])
    assert display.colorbar_.ax.get_ylabel() == "y"
    assert CodeDisplay.from_estimator(codec, X, Y, kind="numbers").colorbar_ is not None


@pytest.mark.parametrize(
    ("y", "kind", "message"),
    [
        (Y[:5], None, r"one value per sample, shape \(200,\); got \(5,\)"),
        (np.arange(200).astype(str), None, "200 classes, but at most 20"),
        (np.arange(200), "classes", "200 classes, but at most 20"),
        (Y.astype(str), "numbers", "strings, but kind='numbers' requires numbers"),
        (Y, "colors", "must be 'classes', 'numbers' or None, got 'colors'"),
    ],
)
def test_a_y_that_does_not_fit_is_an_error(codec, y, kind, message):
    with pytest.raises(ValueError, match=message):
        CodeDisplay.from_estimator(codec, X, y, kind=kind)


# Weights


@pytest.mark.parametrize("hidden", [(), (12, 4)])
def test_weights_are_drawn_by_their_norm_on_one_symmetric_scale(hidden):
    mlp = MLPClassifier(hidden, **SMALL).fit(X, Y)
    first = mlp.module_.hidden[0].linear if hidden else mlp.module_.output
    weights = first.weight.detach().numpy()
    display = WeightImageDisplay.from_estimator(make_pipeline(mlp), (8, 8), n_units=5)
    norms = np.linalg.norm(weights, axis=1)
    assert display.units_.tolist() == np.argsort(-norms)[:5].tolist()
    most = np.abs(weights[display.units_]).max()
    for panel, unit in zip(display.axes_, display.units_, strict=True):
        np.testing.assert_allclose(image_of(panel).ravel(), weights[unit])
        assert panel.images[0].get_clim() == (-most, most)
        assert panel.get_title() == f"unit {unit}\n‖w‖ = {norms[unit]:.2g}"
    assert (display.colorbar_.vmin, display.colorbar_.vmax) == (-most, most)


def test_two_networks_can_share_a_scale_of_colors():
    limits = set()
    for scale in (1, 10):
        display = WeightImageDisplay(weights=np.eye(4) * scale, image_shape=(2, 2))
        limits |= {panel.images[0].get_clim() for panel in display.plot(vmax=3).axes_}
    assert limits == {(-3, 3)}
    with pytest.raises(ValueError, match=r"'vmax' argument .* must be positive, got 0"):
        display.plot(vmax=0)


def test_the_colors_of_weights_get_lighter_with_the_weight(codec):
    colors = WeightImageDisplay.from_estimator(codec, (8, 8)).axes_[0].images[0].get_cmap()
    gray = colors(np.linspace(0, 1, 50))[:, :3] @ [0.299, 0.587, 0.114]
    assert (np.diff(gray) > 0).all()


def test_weights_of_an_autoencoder_and_of_scikit_learn(codec):
    assert len(WeightImageDisplay.from_estimator(codec, (8, 8)).axes_) == 8
    theirs = SklearnMLP((6,), max_iter=300, tol=1e-2, random_state=0).fit(X, Y)
    display = WeightImageDisplay.from_estimator(theirs, (8, 8), n_units=None)
    unit = display.units_[0]
    np.testing.assert_array_equal(image_of(display.axes_[0]).ravel(), theirs.coefs_[0][:, unit])


def test_what_has_no_weights_to_show_is_an_error(codec):
    with pytest.raises(TypeError, match="module_ or coefs_"):
        WeightImageDisplay.from_estimator(RidgeClassifier().fit(X, Y), (8, 8))
    with pytest.raises(ValueError, match="must be an int >= 1 or None, got 0"):
        WeightImageDisplay.from_estimator(codec, (8, 8), n_units=0)
    with pytest.raises(ValueError, match="colors are not supported"):
        WeightImageDisplay.from_estimator(codec, (4, 4, 4))
