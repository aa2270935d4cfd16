"""Displays of searches draw the numbers of ``cv_results_``, each parameter on its scale."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import loguniform, uniform
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import (
    ParallelCoordinatesDisplay,
    SearchResultsDisplay,
    SearchStagesDisplay,
)
from sklearn_deep.model_selection import (
    BatchedRandomizedSearchCV,
    hidden_layers,
    one_minus_loguniform,
)
from sklearn_deep.optimizers import SGD, Adam

X, Y = load_iris(return_X_y=True)
RATES = loguniform(1e-4, 1e-1)
SPACE = {
    "mlpclassifier__learning_rate": RATES,
    "mlpclassifier__dropout": uniform(0, 0.5),
    "mlpclassifier__optimizer__beta_1": one_minus_loguniform(0.8, 0.999),
    "mlpclassifier__activation": ["tanh", "relu"],
    "mlpclassifier__hidden_layer_sizes": hidden_layers((1, 2), (4, 16)),
}


def batched(space, **settings):
    mlp = MLPClassifier((4,), optimizer=Adam(), max_epochs=2, random_state=0)
    given = {"n_iter": 9, "cv": 3, "random_state": 0} | settings
    return BatchedRandomizedSearchCV(make_pipeline(StandardScaler(), mlp), space, **given).fit(X, Y)


@pytest.fixture(scope="module")
def staged():
    return batched(SPACE, n_stages=3)


@pytest.fixture(scope="module")
def two_metrics():
    scoring = ["accuracy", "neg_log_loss"]
    return batched({"mlpclassifier__learning_rate": RATES}, scoring=scoring, refit="neg_log_loss")


def results(scores, **columns):
    return {f"param_{name}": values for name, values in columns.items()} | {
        "mean_test_score": np.array(scores)
    }


def dots(panel, label):
    """Return the points that a legend calls ``label``."""
    for handle, name in zip(*panel.get_legend_handles_labels(), strict=True):
        if name == label:
            line = handle.lines[0] if hasattr(handle, "lines") else handle
            return np.column_stack([line.get_xdata(), line.get_ydata()])
    raise AssertionError(f"no {label}")


def words(axis):
    return [word.get_text() for word in axis.get_ticklabels()]


def best_line(display):
    (line,) = (line for line in display.ax_.lines if line.get_gid() == "best")
    return line


# Scores against parameters


def test_each_parameter_has_a_panel_with_a_short_name_on_its_scale(staged):
    display = SearchResultsDisplay.from_search(staged)
    panels = {ax.get_xlabel(): ax.get_xscale() for ax in display.axes_}
    assert panels == {
        "learning_rate": "log",
        "dropout": "linear",
        "beta_1": "function",
        "activation": "linear",
        "hidden_layer_sizes:\nlayers": "linear",
        "hidden_layer_sizes:\ntotal units": "linear",
    }
    assert display.axes_[0].get_ylabel() == "cross-validated accuracy"
    assert words(display.axes_[3].xaxis) == ["tanh", "relu"]


def test_the_dots_are_the_candidates_of_each_stage(staged):
    found = staged.cv_results_
    rates = np.asarray(found["param_mlpclassifier__learning_rate"], float)
    panel = SearchResultsDisplay.from_search(staged).axes_[0]
    for stage in range(3):
        points, rows = dots(panel, f"stage {stage}"), found["stage"] == stage
        np.testing.assert_array_equal(points[:, 0], rates[rows])
        np.testing.assert_array_equal(points[:, 1], found["mean_test_score"][rows])
    best = staged.best_index_
    np.testing.assert_array_equal(dots(panel, "best"), [[rates[best], staged.best_score_]])


def test_depth_and_units_of_many_networks_are_two_panels(staged):
    sizes = staged.cv_results_["param_mlpclassifier__hidden_layer_sizes"]
    rows = staged.cv_results_["stage"] == 0
    panels = SearchResultsDisplay.from_search(staged).axes_
    assert dots(panels[4], "stage 0")[:, 0].tolist() == [len(s) for s in sizes[rows]]
    assert dots(panels[5], "stage 0")[:, 0].tolist() == [sum(s) for s in sizes[rows]]


def test_few_layer_sizes_are_categories():
    found = results([0.1, 0.2, 0.3], hidden_layer_sizes=[(8,), (8, 4), (8,)])
    panel = SearchResultsDisplay.from_results(found).axes_[0]
    assert words(panel.xaxis) == ["8", "8-4"]
    assert dots(panel, "candidate")[:, 0].round().tolist() == [0, 1, 0]


def test_stages_have_a_legend_outside_the_panels_in_order(staged):
    legend = SearchResultsDisplay.from_search(staged).figure_.legends[0]
    assert [t.get_text() for t in legend.get_texts()] == ["stage 0", "stage 1", "stage 2", "best"]


def test_error_is_one_minus_score_on_a_log_scale(staged):
    panel = SearchResultsDisplay.from_search(staged, error=True).axes_[0]
    assert panel.get_yscale() == "log"
    assert panel.get_ylabel() == "cross-validated error (1 − accuracy)"
    assert dots(panel, "best")[0, 1] == 1 - staged.best_score_


def test_the_score_of_a_regressor_is_named():
    search = RandomizedSearchCV(Ridge(), {"alpha": [1, 2]}, n_iter=2, cv=2).fit(X, Y)
    panel = SearchResultsDisplay.from_search(search).axes_[0]
    assert panel.get_ylabel() == "cross-validated R²"


def test_the_figure_of_one_panel_has_room_for_its_legend(staged):
    figure = SearchResultsDisplay.from_search(staged, params=["dropout"]).figure_
    figure.draw_without_rendering()
    box = figure.legends[0].get_window_extent()
    assert 0 <= box.x0 < box.x1 <= figure.bbox.width


def test_no_error_at_all_is_on_a_linear_scale():
    panel = SearchResultsDisplay.from_results(results([0.5, 1.0], C=[1, 2]), error=True).axes_[0]
    assert panel.get_yscale() == "linear"


def test_equal_errors_and_huge_integers_are_drawn():
    found = results([0.9, 0.9], seed=[1, 10**20])
    panel = SearchResultsDisplay.from_results(found, error=True).axes_[0]
    assert panel.get_ylim() == pytest.approx((0.05, 0.2))
    assert dots(panel, "candidate")[:, 0].tolist() == [1, 1e20]


def test_error_bars_are_the_spread_over_folds(staged):
    panel = SearchResultsDisplay.from_search(staged, error_bars=True).axes_[0]
    (bars,) = panel.containers[0].lines[2]
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    rows = staged.cv_results_["stage"] == 0
    spread = staged.cv_results_["std_test_score"][rows]
    np.testing.assert_allclose(np.ptp(ends, axis=1), 2 * spread, atol=1e-12)


def test_the_metric_is_that_of_refit_or_the_one_chosen(two_metrics):
    panel = SearchResultsDisplay.from_search(two_metrics).axes_[0]
    assert panel.get_ylabel() == "cross-validated neg_log_loss"
    best = two_metrics.cv_results_["mean_test_neg_log_loss"][two_metrics.best_index_]
    assert dots(panel, "best")[0, 1] == best
    panel = SearchResultsDisplay.from_search(two_metrics, metric="accuracy").axes_[0]
    assert dots(panel, "best")[0, 1] == two_metrics.cv_results_["mean_test_accuracy"].max()
    panel = SearchResultsDisplay.from_search(two_metrics, error=True).axes_[0]
    assert (panel.get_ylabel(), dots(panel, "best")[0, 1]) == ("cross-validated log_loss", -best)


def test_several_metrics_without_a_choice_are_an_error(two_metrics):
    with pytest.raises(ValueError, match=r"metric=: 'accuracy', 'neg_log_loss'"):
        SearchResultsDisplay.from_results(two_metrics.cv_results_)
    with pytest.raises(ValueError, match=r"'f1', which was not scored.*Known names: 'accuracy'"):
        SearchResultsDisplay.from_search(two_metrics, metric="f1")


def test_a_candidate_without_score_is_marked_at_the_edge():
    found = results([0.5, np.nan, 0.7], C=[1.0, 2.0, 4.0])
    panel = SearchResultsDisplay.from_results(found).axes_[0]
    assert dots(panel, "no score (NaN)")[:, 0].tolist() == [2.0]
    assert dots(panel, "candidate")[:, 0].tolist() == [1.0, 4.0]
    assert dots(panel, "best").tolist() == [[4.0, 0.7]]


def test_without_any_score_there_is_no_best():
    found = results([np.nan, np.nan], C=[1.0, 2.0])
    panel = SearchResultsDisplay.from_results(found).axes_[0]
    assert "best" not in panel.get_legend_handles_labels()[1]
    assert ParallelCoordinatesDisplay.from_results(found).colorbar_ is None


def test_a_score_far_below_the_others_does_not_hide_them():
    found = results([0.5, 0.6, 0.7, 0.65, 0.55, -1e6, -np.inf], C=[1, 2, 3, 4, 5, 6, 7])
    panel = SearchResultsDisplay.from_results(found).axes_[0]
    assert dots(panel, "worse, off the axis")[:, 0].tolist() == [6, 7]
    assert panel.get_ylim()[0] > 0.4


def test_parameters_that_some_candidates_lack_stand_at_not_set():
    degree = np.ma.MaskedArray([1, 2, 3, 0], mask=[False, False, False, True])
    found = results([0.1, 0.2, 0.3, 0.4], kernel=["a", "a", "a", "b"], degree=degree)
    panel = SearchResultsDisplay.from_results(found).axes_[1]
    assert words(panel.xaxis) == ["not set", "1", "2", "3"]
    x = dots(panel, "candidate")[:, 0]
    assert x[:3].tolist() == [1, 2, 3]
    assert x[3] == panel.get_xticks()[0] < 1


def test_candidates_from_several_spaces():
    space = [
        {"mlpclassifier__learning_rate": RATES, "mlpclassifier__optimizer": [Adam(), SGD()]},
        {"mlpclassifier__learning_rate": RATES, "mlpclassifier__normalization": ["batch", None]},
    ]
    search = batched(space, n_iter=8, n_stages=2)
    panels = SearchResultsDisplay.from_search(search).axes_
    assert words(panels[1].xaxis) == ["not set", "Adam", "SGD"]
    assert words(panels[2].xaxis) == ["not set", "batch", "None"]
    stages = SearchStagesDisplay.from_search(search)
    assert [ax.get_xlabel() for ax in stages.axes_] == [
        "learning_rate",
        "optimizer",
        "normalization",
    ]


def test_constant_parameters_are_left_out_unless_all_are_or_they_are_named():
    found = results([0.1, 0.2], C=[1, 2], kernel=["a", "a"])
    labels = [ax.get_xlabel() for ax in SearchResultsDisplay.from_results(found).axes_]
    assert labels == ["C"]
    named = SearchResultsDisplay.from_results(found, ["kernel"])
    assert [ax.get_xlabel() for ax in named.axes_] == ["kernel"]


@pytest.mark.parametrize("kind", [SearchResultsDisplay, ParallelCoordinatesDisplay])
def test_one_candidate_is_drawn(kind):
    found = results([0.3], C=[1e-3], kernel=["rbf"])
    display = kind.from_results(found)
    if kind is SearchResultsDisplay:
        assert [ax.get_xlabel() for ax in display.axes_] == ["C", "kernel"]
    else:
        assert best_line(display).get_ydata().tolist() == [0.5, 0.5]


def test_searches_of_scikit_learn_are_drawn():
    grid = {"alpha": [1e-3, 1e-1, 1e1], "class_weight": [None, "balanced"]}
    search = GridSearchCV(RidgeClassifier(), grid, cv=3).fit(X, Y)
    panels = SearchResultsDisplay.from_search(search).axes_
    assert [ax.get_xscale() for ax in panels] == ["log", "linear"]
    assert words(panels[1].xaxis) == ["None", "balanced"]
    assert len(dots(panels[0], "candidate")) == 6


def test_a_data_frame_of_results_is_drawn(staged):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(staged.cv_results_)
    panel = SearchResultsDisplay.from_results(frame, ["learning_rate"]).axes_[0]
    assert len(dots(panel, "stage 1")) == 3


def test_one_axes_is_divided_into_panels(staged):
    figure, axes = plt.subplots(1, 2)
    display = SearchResultsDisplay.from_search(staged, ["dropout", "activation"], ax=axes[1])
    assert display.figure_ is figure
    assert [ax.get_xlabel() for ax in display.axes_] == ["dropout", "activation"]
    assert not axes[1].axison


def test_given_axes_must_be_as_many_as_panels(staged):
    axes = plt.subplots(1, 3)[1]
    display = SearchResultsDisplay.from_search(staged, ["dropout", "activation"], ax=axes[:2])
    assert display.axes_.tolist() == axes[:2].tolist()
    with pytest.raises(ValueError, match=r"or 2 Axes, one per panel; got 3"):
        SearchResultsDisplay.from_search(staged, ["dropout", "activation"], ax=axes)


# Parallel coordinates


def test_lines_run_through_the_shares_of_each_scale(staged):
    names = ["learning_rate", "dropout"]
    display = ParallelCoordinatesDisplay.from_search(staged, names)
    found = staged.cv_results_
    rates = np.log(np.asarray(found["param_mlpclassifier__learning_rate"], float))
    rates = (rates - rates.min()) / np.ptp(rates)
    best = best_line(display).get_ydata()
    assert best[0] == pytest.approx(rates[staged.best_index_])
    lines = [line for line in display.ax_.lines if line.get_gid() in ("best", "candidate")]
    assert sorted(line.get_ydata()[0] for line in lines) == pytest.approx(sorted(rates))
    assert words(display.ax_.xaxis) == names


def test_better_lines_lie_over_worse_ones_and_the_best_over_all():
    found = results([0.3, 0.9, np.nan, 0.5], C=[1.0, 2.0, 3.0, 4.0], gamma=[4.0, 3.0, 2.0, 1.0])
    display = ParallelCoordinatesDisplay.from_results(found)
    lines = [line for line in display.ax_.lines if line.get_gid() is not None]
    over = sorted(lines, key=lambda line: line.get_zorder())
    assert [round(3 * line.get_ydata()[0]) for line in over] == [2, 0, 3, 1]
    assert [line.get_gid() for line in over] == ["no score", "candidate", "candidate", "best"]


def test_the_colors_are_those_of_the_bar():
    found = results([0.3, 0.9, 0.5, 0.6], C=[1.0, 2.0, 3.0, 4.0])
    display = ParallelCoordinatesDisplay.from_results(found)
    assert (display.colorbar_.vmin, display.colorbar_.vmax) == pytest.approx((0.3, 0.9))
    assert display.colorbar_.ax.get_ylabel() == "cross-validated score"
    line = display.ax_.lines[0]
    assert line.get_color() == pytest.approx(display.colorbar_.cmap(0.0))


# Stages


def test_the_bars_are_the_ranges_of_the_stages(staged):
    display = SearchStagesDisplay.from_search(staged, ["learning_rate"])
    (panel,) = display.axes_
    assert panel.get_xscale() == "log"
    # The last one belongs to the legend.
    bars = [c.get_paths()[0].get_extents() for c in panel.collections[:-1]]
    for bar, ranges in zip(bars, staged.stages_, strict=True):
        low, high = ranges["mlpclassifier__learning_rate"]
        assert (bar.x0, bar.x1) == pytest.approx((low, high), rel=0.2)
    assert [round((bar.y0 + bar.y1) / 2) for bar in bars] == [0, 1, 2]


def test_the_dots_of_a_stage_are_its_candidates_and_the_first_is_on_top(staged):
    (panel,) = SearchStagesDisplay.from_search(staged, ["dropout"]).axes_
    found = staged.cv_results_
    values = np.asarray(found["param_mlpclassifier__dropout"], float)
    for stage in range(3):
        line = panel.lines[stage]
        assert line.get_xdata().tolist() == values[found["stage"] == stage].tolist()
        assert np.round(line.get_ydata()).tolist() == [stage] * 3
    low, high = panel.get_ylim()
    assert low > high
    assert dots(panel, "best")[0, 0] == values[staged.best_index_]


def test_lists_show_what_was_kept_and_layers_their_depth_and_widths(staged):
    display = SearchStagesDisplay.from_search(staged)
    panels = {ax.get_xlabel(): ax for ax in display.axes_}
    kept = [stage["mlpclassifier__activation"] for stage in staged.stages_]
    assert len(panels["activation"].collections) - 1 == sum(map(len, kept))
    sizes = staged.cv_results_["param_mlpclassifier__hidden_layer_sizes"][:3]
    line = panels["hidden_layer_sizes:\nunits of a layer"].lines[0]
    assert sorted(line.get_xdata()) == sorted(n for s in sizes for n in set(s))


def test_a_distribution_without_known_range_has_dots_alone():
    display = SearchStagesDisplay(
        values={"C": [1.0, 2.0]}, stage_ranges=[{"C": "mine()"}], stages=[0, 0]
    ).plot()
    assert len(display.axes_[0].collections) == 1
    assert display.axes_[0].lines[0].get_xdata().tolist() == [1.0, 2.0]


# Bad input


@pytest.mark.parametrize(
    "kind", [SearchResultsDisplay, ParallelCoordinatesDisplay, SearchStagesDisplay]
)
def test_a_search_must_be_fitted(kind):
    from sklearn.exceptions import NotFittedError

    search = RandomizedSearchCV(RidgeClassifier(), {"alpha": [1, 2]}, n_iter=2)
    with pytest.raises(NotFittedError, match=rf"{kind.__name__}.*fit of this RandomizedSearchCV"):
        kind.from_search(search)
    with pytest.raises(TypeError, match=r"with cv_results_; got RidgeClassifier"):
        kind.from_search(RidgeClassifier().fit(X, Y))


def test_stages_are_needed_to_draw_them():
    search = GridSearchCV(RidgeClassifier(), {"alpha": [1, 2]}, cv=3).fit(X, Y)
    with pytest.raises(TypeError, match=r"stages_.*got GridSearchCV.*SearchResultsDisplay"):
        SearchStagesDisplay.from_search(search)


@pytest.mark.parametrize(
    ("found", "error", "message"),
    [
        ([1, 2], TypeError, "requires cv_results_, a dict; got list"),
        ({"param_C": [1]}, ValueError, "without 'mean_test_…' scores"),
        ({"mean_test_score": [1.0]}, ValueError, "without candidates or without 'param_…'"),
    ],
)
def test_results_must_be_those_of_a_search(found, error, message):
    with pytest.raises(error, match=message):
        SearchResultsDisplay.from_results(found)


def test_an_unknown_parameter_is_named(staged):
    for kind in (SearchResultsDisplay, ParallelCoordinatesDisplay, SearchStagesDisplay):
        with pytest.raises(ValueError, match=r"'learning_rat', which was not searched.*Did you"):
            kind.from_search(staged, ["learning_rat"])
    with pytest.raises(ValueError, match="is empty"):
        SearchResultsDisplay.from_search(staged, [])


def test_fields_must_be_equally_long():
    display = SearchResultsDisplay(values={"C": [1, 2, 3]}, scores=[0.1, 0.2])
    with pytest.raises(ValueError, match=r"2 scores but 3 values of 'C'"):
        display.plot()


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"SearchResultsDisplay.plot requires matplotlib"):
        SearchResultsDisplay.from_results(results([0.1, 0.2], C=[1, 2]))
