"""Names that other installed packages add to a family, and errors of faulty ones."""

import sys

import pytest
import torch

from sklearn_deep import MLPClassifier
from sklearn_deep.initializers import CallableInitializer
from sklearn_deep.plugins import _entry_points, available, register, resolve

PLUGINS = """
import torch
from sklearn_deep.activations import LeakyReLU
from sklearn_deep.noise import GaussianNoise

Steep = type("Steep", (LeakyReLU,), {})
steep = LeakyReLU(negative_slope=0.9)
draw = lambda fan_out, fan_in, generator: torch.ones(fan_out, fan_in)
number = 3
tanh = torch.tanh
"""
BAD = "TypeError: the module is bad"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that adds a distribution with one module to the path during the test."""
    modules = []

    def install(name, *points, family="activations", code=PLUGINS):
        folder, module = tmp_path / name, name.replace("-", "_")
        info = folder / f"{module}-1.2.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(code)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
        lines = [f"[sklearn_deep.{family}]", *points]
        (info / "entry_points.txt").write_text("\n".join(lines))
        monkeypatch.syspath_prepend(folder)
        modules.append(module)

    _entry_points.declared.cache_clear()
    yield install
    _entry_points.declared.cache_clear()
    for module in modules:
        sys.modules.pop(module, None)


def resolved(name, family="activations"):
    return resolve(family, name, argument="x", owner="Owner")


def test_a_name_is_listed_before_anything_is_imported(install):
    install("some-plugins", "steep = some_plugins:Steep")
    assert "steep" in available("activations")
    assert available("activations") == sorted(available("activations"))
    assert "some_plugins" not in sys.modules


def test_a_name_is_listed_in_its_own_family_only(install):
    install("some-plugins", "steep = some_plugins:Steep")
    assert "steep" not in available("noise")


@pytest.mark.parametrize("other", ["relu", "leaky_relu"])
def test_using_another_name_imports_nothing(other, install):
    install("some-plugins", "steep = some_plugins:Steep")
    resolved(other)
    assert "some_plugins" not in sys.modules


def test_a_class_is_called_for_each_user(install):
    install("some-plugins", "steep = some_plugins:Steep")
    assert type(resolved("steep")) is sys.modules["some_plugins"].Steep
    assert resolved("steep") is not resolved("steep")


def test_an_instance_is_cloned_for_each_user(install):
    install("some-plugins", "steep = some_plugins:steep")
    assert resolved("steep").negative_slope == 0.9
    assert resolved("steep") is not resolved("steep")


def test_a_callable_is_taken_as_its_family_takes_it(install):
    install("some-plugins", "ones = some_plugins:draw", family="initializers")
    assert isinstance(resolved("ones", "initializers"), CallableInitializer)


def test_an_estimator_takes_the_name(install):
    install("some-plugins", "steep = some_plugins:steep")
    X, y = torch.eye(4).numpy(), [0, 1, 0, 1]
    mlp = MLPClassifier((4,), activation="steep", max_epochs=1, random_state=0).fit(X, y)
    assert mlp.predict(X).shape == (4,)


def test_an_unknown_name_lists_those_of_entry_points(install):
    install("some-plugins", "steep = some_plugins:Steep")
    with pytest.raises(ValueError, match=r"Did you mean 'steep'\?.*'relu'.*'steep'"):
        resolved("stepe")
    assert "some_plugins" not in sys.modules


def test_entry_points_are_read_once(install):
    available("activations")
    install("some-plugins", "steep = some_plugins:Steep")
    assert "steep" not in available("activations")
    _entry_points.declared.cache_clear()
    assert "steep" in available("activations")


@pytest.mark.parametrize(
    ("point", "code", "cause"),
    [
        ("gone:Steep", "", "ModuleNotFoundError: No module named 'gone'"),
        ("some_plugins:Steep", "", "AttributeError: .*no attribute 'Steep'"),
        ("some_plugins:Steep", "raise TypeError('the module is bad')", BAD),
        ("some_plugins:Steep", "Steep =", "SyntaxError"),
    ],
)
def test_a_broken_entry_point_breaks_its_own_name_only(point, code, cause, install):
    install("some-plugins", f"steep = {point}", code=code)
    install("good-plugins", "good = good_plugins:Steep")
    assert {"steep", "good"} < set(available("activations"))
    with pytest.raises(ImportError, match=f"Cannot load .*'steep = {point}'.* of some-plugins 1.2"):
        resolved("steep")
    with pytest.raises(ImportError, match=cause) as error:
        resolved("steep")
    assert error.value.__cause__ is not None
    assert resolved("good").negative_slope == 0.01
    assert resolved("relu") is torch.relu


@pytest.mark.parametrize("value", ["number", "torch", "GaussianNoise"])
def test_what_is_no_plugin_of_the_family_is_refused(value, install):
    install("some-plugins", f"steep = some_plugins:{value}")
    words = (
        rf"object loaded by the entry point 'steep = some_plugins:{value}' \(group "
        r"'sklearn_deep.activations'\) of some-plugins 1\.2 must be a subclass or an instance of "
        "Activation or a callable, got"
    )
    with pytest.raises(TypeError, match=words):
        resolved("steep")


def test_a_name_of_a_built_in_plugin_is_taken(install):
    install("some-plugins", "selu = some_plugins:Steep")
    words = (
        r"'selu' of family 'activations' is used by both <function selu.* of some-plugins 1\.2\."
    )
    with pytest.raises(ValueError, match=words):
        resolved("selu")
    assert resolved("relu") is torch.relu
    assert available("activations").count("selu") == 1


def test_a_name_that_was_registered_is_taken(install):
    install("some-plugins", "steep = some_plugins:Steep")
    register("activations", "steep", torch.sin)
    with pytest.raises(
        ValueError, match=r"'steep' .*used by both <built-in.*sin.*some-plugins 1\.2"
    ):
        resolved("steep")


def test_two_distributions_cannot_share_a_name(install):
    install("some-plugins", "steep = some_plugins:Steep", "other = some_plugins:steep")
    install("more-plugins", "steep = more_plugins:Steep")
    with pytest.raises(ValueError, match=r"'steep' .*is used by both") as error:
        resolved("steep")
    assert "some-plugins 1.2" in str(error.value)
    assert "more-plugins 1.2" in str(error.value)
    assert resolved("other").negative_slope == 0.9


def test_a_name_may_be_given_to_the_same_plugin_again(install):
    install("some-plugins", "tanh = some_plugins:tanh")
    assert resolved("tanh") is torch.tanh


def test_a_package_may_register_on_import_what_it_declares(install):
    code = PLUGINS + "from sklearn_deep.plugins import register\n"
    code += "register('activations', 'steep', Steep)\n"
    install("some-plugins", "steep = some_plugins:Steep", code=code)
    for _ in range(2):
        assert type(resolved("steep")).__name__ == "Steep"
