"""Parameters out of range: the error message, and that the estimator is unchanged."""

import numpy as np
import pytest
import torch

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.noise import GaussianNoise
from sklearn_deep.optimizers import Adam
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3
NOT_A_RATE = ["learning_rate", "weight_decay", "input_noise", "hidden_noise", "weight_noise"]

REFUSED = [
    ("hidden_layer_sizes", (0,), ["integers >= 1", "got (0,)", "Remove a layer"]),
    ("hidden_layer_sizes", (5, -1), ["integers >= 1", "(5, -1)"]),
    ("hidden_layer_sizes", (1.5,), ["integers >= 1", "(1.5,)"]),
    ("hidden_layer_sizes", 0, ["int in the range [1, inf)", "Got 0"]),
    ("hidden_layer_sizes", 2.5, ["int in the range [1, inf)", "Got 2.5"]),
    ("hidden_layer_sizes", np.array(2.5), ["integers >= 1", "2.5"]),
    ("hidden_layer_sizes", [(3,), (4,)], ["integers >= 1", "[(3,), (4,)]"]),
    *[(name, -1.0, ["float in the range", "Got -1.0"]) for name in [*NOT_A_RATE, "dropout"]],
    *[(name, np.nan, ["float in the range", "Got nan"]) for name in [*NOT_A_RATE, "dropout"]],
    ("dropout", 1.0, ["[0.0, 1.0)", "Got 1.0"]),
    ("dropout", (0.1, 1.0), ["[0, 1)", "got 1.0"]),
    ("dropout", (0.1, -0.1), ["[0, 1)", "got -0.1"]),
    ("dropout", (0.1,), ["2 numbers", "one for the input", "got 1"]),
    ("weight_decay", (0.1, -1), ["[0, inf)", "got -1"]),
    ("weight_decay", (0.1, np.inf), ["[0, inf)", "got inf"]),
    ("weight_decay", (0.1,), ["2 numbers", "each weight matrix", "got 1"]),
    ("activation", "rellu", ["'rellu'", "Did you mean 'relu'?", "'tanh'"]),
    ("init", "he_norml", ["'he_norml'", "Did you mean 'he_normal'?", "'zeros'"]),
    ("optimizer", "adm", ["'adm'", "Did you mean 'adam'?", "'sgd'"]),
    ("early_stopping", "convergance", ["'convergance'", "Did you mean 'convergence'?"]),
    ("input_noise", "gausian", ["'gausian'", "Did you mean 'gaussian'?"]),
    ("normalization", "bacth", ["'batch'", "'layer'", "Got 'bacth'"]),
    ("dtype", "float16", ["'float32'", "'float64'", "Got 'float16'"]),
    ("device", "tpu", ["'cpu', 'cuda', 'cuda:<index>' or 'auto'", "got 'tpu'"]),
    ("device", "cuda:x", ["'cuda:<index>'", "got 'cuda:x'"]),
    ("max_epochs", 0, ["int in the range [1, inf)", "Got 0"]),
    ("batch_size", 0, ["'auto'", "int in the range [1, inf)", "Got 0"]),
    ("validation_fraction", 1.0, ["(0.0, 1.0)", "Got 1.0"]),
    ("random_state", "x", ["int in the range", "Got 'x'"]),
    ("early_stopping", EarlyStopping("val_f2"), ["'val_f2'", "not recorded", "'val_loss'"]),
    ("early_stopping", 3, ["True, False, None", "EarlyStopping(patience=3)", "got 3"]),
    ("early_stopping", "atuo", ["True, False, None", "Did you mean 'auto'?", "got 'atuo'"]),
    ("early_stopping", "val_f2", ["monitors 'val_f2'", "not recorded", "'val_loss'"]),
    ("early_stopping", 0.5, ["True, False, None", "got 0.5"]),
    ("early_stopping", [True], ["True, False, None", "got [True]"]),
    ("warm_start", "yes", ["'bool'", "Got 'yes'"]),
]
WRONG_KIND = [
    ("learning_rate", "constant", ["number > 0", "'constant'", "`schedule`"]),
    ("optimizer", Adam, ["must be an instance", "class Adam", "Write optimizer=Adam()"]),
    ("early_stopping", EarlyStopping, ["Write early_stopping=EarlyStopping()"]),
    ("hidden_noise", GaussianNoise, ["Write hidden_noise=GaussianNoise()"]),
    ("optimizer", 3, ["instance of Optimizer", "'adam'"]),
    ("activation", 3, ["callable", "got 3", "'relu'"]),
    ("init", None, ["a function", "got None", "'he_normal'"]),
]
CLASS_WEIGHTS = [
    ({0: 1, 7: 2}, ["classes of y", "got [7]", "[0, 1, 2]"]),
    ({0: -1}, ["numbers >= 0", "got -1 for class 0"]),
    ({0: np.nan}, ["finite numbers >= 0", "got nan for class 0"]),
    ({0: "a"}, ["finite numbers >= 0", "got 'a' for class 0"]),
    ({0: 0, 1: 0, 2: 0}, ["at least one class"]),
    ("balancd", ["'balanced'", "Got 'balancd'"]),
]


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("name", "value", "words"), REFUSED)
def test_a_bad_value_is_refused_with_its_name_its_range_and_itself(kind, name, value, words):
    check_refused(kind((4,)).set_params(**{name: value}), [name, kind.__name__, *words], X, Y)


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("name", "value", "words"), WRONG_KIND)
def test_a_value_of_the_wrong_kind_is_refused_with_what_to_write(kind, name, value, words):
    estimator = kind((4,)).set_params(**{name: value})
    check_refused(estimator, [name, kind.__name__, *words], X, Y, error=TypeError)


@for_all(("class_weight", "words"), CLASS_WEIGHTS)
def test_bad_class_weights_are_refused_with_the_label_at_fault(class_weight, words):
    check_refused(MLPClassifier(class_weight=class_weight), ["class_weight", *words], X, Y)


def test_class_weights_may_name_a_class_that_a_fold_lacks():
    MLPClassifier(class_weight={0: 1, 1: 2, 2: 1, 3: 5}, max_epochs=1).fit(X, Y)


def test_a_number_of_a_plug_in_is_refused_in_the_name_of_the_plug_in():
    words = ["beta_1", "Adam", "[0.0, 1.0)", "Got 2"]
    check_refused(MLPClassifier(optimizer=Adam(beta_1=2)), words, X, Y)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_torch_does_not_see_is_refused_with_what_to_use():
    words = ["device", "'cuda'", "0 CUDA devices", "device='cpu'"]
    check_refused(MLPClassifier(device="cuda"), words, X, Y)


@pytest.mark.parametrize(
    ("activation", "got"), [(lambda z: z[:, :1], r"shape \(2, 1\)"), (lambda z: 3.0, "float")]
)
def test_an_activation_must_keep_the_shape_of_its_input(activation, got):
    with pytest.raises(
        ValueError, match=f"'activation' parameter of MLPClassifier must .* got {got}"
    ):
        MLPClassifier((3,), activation=activation).fit([[0.0], [1.0]], [0, 1])
