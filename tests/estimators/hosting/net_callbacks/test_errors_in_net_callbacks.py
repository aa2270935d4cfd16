"""Invalid values of ``net_callbacks``."""

import numpy as np
from skorch.callbacks import Callback, Checkpoint, EarlyStopping

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.for_all import for_all
from tests._support.refusals import check_refused

X, Y = np.random.default_rng(0).normal(size=(24, 3)), np.arange(24) % 2


class OfScikitLearn:
    """Follows another protocol."""

    def on_fit_task_end(self, estimator, context):
        """Do nothing."""


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(
    ("value", "words"),
    [
        ("checkpoint", ["list", "'checkpoint'", "into a list"]),
        (EarlyStopping(), ["list", "EarlyStopping", "into a list"]),
        ({"stop": EarlyStopping()}, ["list", "into a list"]),
        (True, ["list", "True"]),
        ([Checkpoint], ["Checkpoint", "an instance, Checkpoint("]),
        ([("save", Checkpoint)], ["an instance, Checkpoint("]),
        (["checkpoint"], ["'checkpoint'", "inherits from skorch.callbacks.Callback"]),
        ([None], ["None", "instance"]),
        ([print], ["print", "inherits"]),
        ([(Callback(), "name")], ["pairs of a name and a callback"]),
        ([OfScikitLearn()], ["set_callbacks"]),
    ],
)
def test_another_value_raises_an_error_that_names_the_parameter(kind, value, words):
    words = ["'net_callbacks'", kind.__name__, *words]
    check_refused(kind(net_callbacks=value), words, X, Y, error=TypeError)


def test_two_callbacks_of_one_name_raise_an_error():
    mlp = MLPClassifier(net_callbacks=[("a", Callback()), ("a", Callback())])
    check_refused(mlp, ["'net_callbacks'", "'a' 2 times"], X, Y)


def test_a_tuple_of_callbacks_is_fine():
    mlp = MLPClassifier(net_callbacks=(Callback(), ["named", Callback()]), max_epochs=1).fit(X, Y)
    assert [name for name, _ in mlp.net_.callbacks_] == ["Callback", "named"]
