"""Loading a file gives an equal estimator, and the file contains nothing of torch."""

import io
import pickle
import pickletools
import re
import subprocess
import sys

import numpy as np
import pytest
import skops.io
import torch
from scipy import stats
from skops.io.exceptions import UntrustedTypesFoundException
from skorch.callbacks import Callback

import sklearn_deep
from sklearn_deep import MLPClassifier, load, save, trusted_types
from sklearn_deep.activations import Activation
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from sklearn_deep.optimizers import TorchOptimizer
from sklearn_deep.plugins import available, resolve
from sklearn_deep.schedules import Plateau, WarmUp
from tests.files.estimators import CLASSES, ESTIMATORS, FAST, MLP, X, fitted, outputs

TRUSTED = trusted_types()
SHARES = np.abs(X) / np.abs(X).max()


def through_skops(estimator):
    return skops.io.loads(skops.io.dumps(estimator), trusted=TRUSTED)


def through_pickle(estimator):
    return pickle.loads(pickle.dumps(estimator))


def described(estimator):
    """Return the ``repr`` of the estimator without addresses, which scipy's distributions show."""
    return re.sub(r" at 0x\w+", "", repr(estimator))


def assert_equal(one, other):
    expected, found = outputs(one), outputs(other)
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(values, found[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("copied", [through_skops, through_pickle])
def test_every_estimator_comes_back_to_the_bit(name, copied):
    estimator = fitted(name)
    twin = copied(estimator)
    assert_equal(estimator, twin)
    assert described(twin) == described(estimator)
    assert vars(twin).keys() == vars(estimator).keys()


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_unfitted_estimator_comes_back(name):
    estimator, _ = ESTIMATORS[name]
    assert described(through_skops(estimator)) == described(estimator)


def globals_of(data):
    """Return the modules from which a pickle imports."""
    strings, found = [], set()
    for operation, argument, _ in pickletools.genops(data):
        if operation.name in ("SHORT_BINUNICODE", "BINUNICODE", "UNICODE"):
            strings.append(argument)
        elif operation.name == "GLOBAL":
            found.add(argument.split()[0])
    return found | {s for s in strings if s == "torch" or s.startswith(("torch.", "skorch"))}


@pytest.mark.parametrize("name", ESTIMATORS)
def test_pickles_hold_nothing_of_torch(name):
    found = globals_of(pickle.dumps(fitted(name)))
    assert not [m for m in found if m.startswith(("torch", "skorch"))]


FAMILIES = {
    "activations": ["activation"],
    "initializers": ["init"],
    "noise": ["input_noise", "hidden_noise", "weight_noise"],
    "losses": ["loss"],
    "penalties": ["penalty"],
    "augmentation": ["augmentation"],
    "optimizers": ["optimizer"],
    "schedules": ["schedule"],
    "stopping": ["early_stopping"],
}


def settings_of_plugins():
    for family, parameters in FAMILIES.items():
        for name in available(family):
            for parameter in parameters:
                yield family, parameter, name


@pytest.mark.parametrize(("family", "parameter", "name"), list(settings_of_plugins()))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_plug_in_comes_back_and_trains_on(family, parameter, name, dtype):
    plugin = resolve(family, name, argument=parameter, owner="test")
    values = [name] if family == "activations" or name == "lbfgs" else [name, plugin]
    for value in values:
        estimator = _fit_with({parameter: value, "dtype": dtype})
        twin = through_skops(estimator)
        assert_equal(estimator, twin)
        assert_equal(*(each.fit(SHARES, _target(each)) for each in (estimator, twin)))


def _target(estimator):
    from sklearn.base import is_classifier, is_regressor

    kinds = {is_classifier: CLASSES, is_regressor: X[:, 0] ** 2}
    return next((y for is_kind, y in kinds.items() if is_kind(estimator)), None)


def _fit_with(params):
    """Return a fitted estimator of the first kind that has the parameters."""
    kinds = (
        sklearn_deep.MLPClassifier((4,)),
        sklearn_deep.MLPRegressor((4,)),
        sklearn_deep.AutoencoderTransformer(2, code_activation="sigmoid"),
    )
    batches = {"batch_size": "auto"} if params.get("optimizer") == "lbfgs" else {}
    errors = []
    for kind in kinds:
        try:
            kind.set_params(warm_start=True, **FAST | params | batches)
            return kind.fit(SHARES, _target(kind))
        except ValueError as error:
            errors.append(error)
    raise ExceptionGroup("no estimator takes these parameters", errors)


@pytest.mark.parametrize(
    "schedule", [Plateau(patience=1), WarmUp(then=Plateau(patience=1)), "cosine"]
)
def test_training_goes_on_where_it_was(schedule):
    mlp = MLPClassifier((4,), schedule=schedule, **FAST | {"max_epochs": 9})
    for _ in range(4):
        mlp.partial_fit(X, CLASSES, classes=np.unique(CLASSES))
    twin = through_skops(mlp)
    assert_equal(mlp.partial_fit(X, CLASSES), twin.partial_fit(X, CLASSES))
    assert list(twin.history_["learning_rate"]) == list(mlp.history_["learning_rate"])


def test_what_a_fit_warned_of_comes_back():
    with pytest.warns(sklearn_deep.ScaleWarning):
        mlp = MLPClassifier((4,), **FAST).fit(1e4 * X, CLASSES)
    twin = through_skops(mlp)
    assert [d.kind for d in twin._doubted] == [d.kind for d in mlp._doubted]
    assert [repr(d.told) for d in twin._doubted] == [repr(d.told) for d in mlp._doubted]


def test_the_net_is_there_without_the_fit():
    twin = through_skops(MLP.fit(X, CLASSES))
    np.testing.assert_array_equal(twin.net_.predict_proba(X), MLP.net_.predict_proba(X))
    assert len(twin.net_.history) == len(MLP.net_.history)


def test_a_space_comes_back():
    space = [
        {"a": stats.loguniform(1e-3, 1), "b": [1, "x", None], "c": stats.randint(1, high=9)},
        {"a": stats.norm(loc=1)},
    ]
    search = through_skops(BatchedRandomizedSearchCV(MLP, space))
    for own, other in zip(space, search.param_distributions, strict=True):
        for name, distribution in own.items():
            if isinstance(distribution, list):
                assert other[name] == distribution
                continue
            draws = [d.rvs(size=5, random_state=0) for d in (distribution, other[name])]
            np.testing.assert_array_equal(*draws)


def test_save_and_load(tmp_path):
    estimator, path = fitted("pipeline"), tmp_path / "model.skops"
    path.write_text("an older file")
    save(estimator, path)
    assert_equal(estimator, load(path))
    assert [file.name for file in tmp_path.iterdir()] == ["model.skops"]
    assert path.stat().st_size < 12_000


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.skops"
    save(MLP, path)
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(fitted("pipeline"), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["model.skops"]


class Mine(Activation):
    """A user-defined activation."""

    def __call__(self, x):
        return x * x


def my_scorer(estimator, X, y):
    return estimator.score(X, y)


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"activation": Mine()}, f"{__name__}.Mine"),
        (
            {"early_stopping": sklearn_deep.stopping.EarlyStopping(my_scorer)},
            f"{__name__}.my_scorer",
        ),
    ],
)
def test_what_others_wrote_is_refused_until_it_is_trusted(tmp_path, params, name):
    mlp = MLPClassifier((4,), **FAST | params).fit(X, CLASSES)
    save(mlp, tmp_path / "model.skops")
    with pytest.raises(UntrustedTypesFoundException, match=name):
        load(tmp_path / "model.skops")
    assert_equal(mlp, load(tmp_path / "model.skops", trusted=[name]))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"activation": torch.relu}, "activation' .* an object of torch"),
        ({"activation": torch.nn.Mish}, "activation' .* an object of torch"),
        ({"activation": torch.nn.Mish()}, "activation' .* an object of torch"),
        ({"activation": lambda x: x}, "activation' .* cannot be imported by a name"),
        ({"optimizer": torch.optim.ASGD}, "optimizer' .* an object of torch"),
        ({"optimizer": TorchOptimizer(torch.optim.ASGD)}, "optimizer__.*' .* an object of torch"),
        ({"net_callbacks": [Callback()]}, "net_callbacks' .* an object of skorch"),
    ],
)
def test_objects_that_only_code_can_make_are_refused_by_name(tmp_path, params, words):
    pipeline = sklearn_deep.tabular_pipeline(MLPClassifier((4,), **FAST | params))
    with pytest.raises(TypeError, match=words):
        save(pipeline, tmp_path / "model.skops")
    assert not list(tmp_path.iterdir())


def test_all_trusted_types_exist():
    import importlib

    for name in TRUSTED:
        module, _, own = name.rpartition(".")
        assert hasattr(importlib.import_module(module), own), name


def test_no_trusted_type_runs_code_of_its_state():
    """scipy's distributions do; torch's objects are made by functions."""
    assert not [name for name in TRUSTED if name.startswith(("scipy.", "torch.", "builtins."))]


def test_loading_imports_no_compiler_of_torch(tmp_path):
    save(fitted("classifier"), tmp_path / "model.skops")
    code = (
        "import sys, sklearn_deep; sklearn_deep.load(sys.argv[1]); "
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "model.skops"], check=True)


def test_a_file_object_is_what_skops_takes():
    buffer = io.BytesIO()
    skops.io.dump(MLP, buffer)
    buffer.seek(0)
    assert repr(skops.io.load(buffer, trusted=TRUSTED)) == repr(MLP)


@pytest.mark.parametrize("value", [3, "model", MLPClassifier, [MLP]])
def test_only_estimators_are_saved(tmp_path, value):
    with pytest.raises(TypeError, match="requires an estimator, got"):
        save(value, tmp_path / "model.skops")


def test_other_files_are_refused_in_words(tmp_path):
    path = tmp_path / "model.pkl"
    with pytest.raises(FileNotFoundError, match=r"model\.pkl"):
        load(path)
    path.write_bytes(pickle.dumps(MLP))
    with pytest.raises(
        ValueError, match=r"model\.pkl' is no complete file of .* If it is a pickle, use"
    ):
        load(path)
