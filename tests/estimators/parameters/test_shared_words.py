"""Parameters of the same name and meaning begin with the same sentence, and come in the same order."""

import inspect
import re
from collections import defaultdict
from itertools import pairwise

from numpydoc.docscrape import NumpyDocString

import sklearn_deep
from sklearn_deep import ensemble, inspection, model_selection, preprocessing
from tests._support.for_all import for_all

ESTIMATORS = (
    sklearn_deep.MLPClassifier,
    sklearn_deep.MLPRegressor,
    sklearn_deep.AutoencoderTransformer,
    sklearn_deep.AutoencoderOutlierDetector,
    sklearn_deep.JointAEClassifier,
    sklearn_deep.JointAERegressor,
)
OTHERS = (
    ensemble.DeepEnsembleClassifier,
    ensemble.DeepEnsembleRegressor,
    model_selection.BatchedRandomizedSearchCV,
    model_selection.BiasVarianceTuner,
    model_selection.LabeledFold,
    preprocessing.PiecewiseLinearEncoder,
    preprocessing.tabular_pipeline,
    inspection.bias_variance_report,
    inspection.BiasVarianceReport,
    inspection.BiasVarianceReport.from_cross_validate,
)
DISPLAYS = tuple(
    getattr(inspection, name) for name in inspection.__all__ if name.endswith("Display")
)
MEANINGS_DIFFER = {
    "estimator": "base of an ensemble, of a search or of a report",
    "loss": "of predictions or of reconstructions",
    "n_iter": "candidates of a whole search or of a round",
    "n_jobs": "networks or folds at the same time",
    "params": "of a search: all parameters, or those that differ",
    "report": "one of two kinds",
    "scoring": "maximized by a search, or converted to errors",
    "X": "samples, in the forms that an estimator accepts, or images",
    "y": "the target, or the colors of a drawing",
}
ARCHITECTURE = (
    *("n_components", "hidden_layer_sizes", "encoder_layer_sizes", "decoder_layer_sizes"),
    *("activation", "code_activation", "output_activation", "tied_weights", "init"),
    "normalization",
)
REGULARIZATION = (
    *("dropout", "input_noise", "hidden_noise", "weight_noise", "weight_decay", "penalty"),
    *("augmentation", "label_smoothing"),
)
TRAINING = (
    *("loss", "normalize_y", "reconstruction_loss", "optimizer", "learning_rate", "schedule"),
    "batch_size",
)
STOPPING = ("max_epochs", "max_seconds", "early_stopping", "validation_fraction")
REST = (
    *("class_weight", "warm_start", "random_state", "dtype", "device", "net_callbacks"),
    "verbose",
)
ORDER = [*ARCHITECTURE, *REGULARIZATION, *TRAINING, *STOPPING, *REST]


def described(thing):
    """Yield the name and the first sentence of each parameter of a class or function."""
    for entry in NumpyDocString(inspect.getdoc(thing))["Parameters"]:
        for name in entry.name.split(", "):
            yield name, first_sentence(" ".join(entry.desc))


def first_sentence(text):
    """Return a text up to its first full stop (not those of numbers and abbreviations)."""
    return re.split(r"(?<!e\.g)\.(?:\s|$)", text, maxsplit=1)[0].rstrip(".")


def methods_of(display):
    """Return the public functions of a Display."""
    return [
        getattr(display, name)
        for name in dir(display)
        if not name.startswith("_") and callable(getattr(display, name))
    ]


def test_parameters_of_the_same_meaning_begin_with_the_same_sentence():
    found = defaultdict(lambda: defaultdict(list))
    things = [*ESTIMATORS, *OTHERS, *DISPLAYS, *(m for d in DISPLAYS for m in methods_of(d))]
    for thing in things:
        for name, sentence in described(thing):
            if name not in MEANINGS_DIFFER:
                found[name][sentence].append(thing.__qualname__)
    different = {name: dict(said) for name, said in found.items() if len(said) > 1}
    assert not different
    assert sum(len(owners) > 1 for said in found.values() for owners in said.values()) > 40


@for_all("estimator", ESTIMATORS)
def test_parameters_come_in_the_same_order(estimator):
    names = [name for name, _ in described(estimator) if name in ORDER]
    assert set(names) >= {"activation", "dropout", "optimizer", "early_stopping", "verbose"}
    assert all(ORDER.index(one) < ORDER.index(other) for one, other in pairwise(names))
