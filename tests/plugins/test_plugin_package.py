"""The example of a plug-in package, installed like any distribution, works by names alone."""

import json
import math
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
NAMES = {"init": "sparse", "activation": "snake", "penalty": "weight_elimination"}


def run(*command, **environment):
    """Run Python, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return a folder into which pip has installed the package, without other changes."""
    # A copy, because setuptools builds inside the source tree.
    source = shutil.copytree(
        ROOT / "examples" / "plugin_package", tmp_path_factory.mktemp("source") / "package"
    )
    target = tmp_path_factory.mktemp("installed")
    offline = ["--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"]
    quiet = ["--quiet", "--disable-pip-version-check", "--isolated"]
    run("-m", "pip", "install", *quiet, *offline, "--target", target, source)
    return target


@pytest.fixture(scope="module")
def report(installed):
    """Return the report of a new process that has the package on its path."""
    path = os.pathsep.join([str(installed), str(ROOT)])
    return json.loads(run("-m", "tests._support.plugins.package_in_use", *NAMES, PYTHONPATH=path))


@pytest.fixture
def extras(installed, monkeypatch):
    """Return a function that imports a module of the package during the test."""
    monkeypatch.syspath_prepend(installed)
    yield lambda module: import_module(f"deep_extras.{module}")
    for name in [name for name in sys.modules if name.split(".")[0] == "deep_extras"]:
        del sys.modules[name]


@pytest.mark.slow
def test_its_names_are_listed_before_it_is_imported(report):
    assert report["listed"] == {"names": list(NAMES.values()), "imported": False}


def test_its_names_can_be_searched_over(report):
    searched = report["searched"]
    assert searched["parameters"] == sorted([*NAMES, "learning_rate"])
    assert searched["finite"]


def test_its_names_stand_for_its_classes(report):
    assert report["searched"]["as instances"]
    assert not report["searched"]["as defaults"]


def test_its_plugins_keep_their_own_numbers_inside_a_population(report):
    stacked = report["stacked"]
    assert stacked["populations"] == 1
    assert stacked["as alone"] == [True] * 5
    assert stacked["as the first"] == [False] * 4


def test_snake_is_its_formula(extras):
    z = torch.tensor([-1.0, 0.0, 0.5], dtype=torch.float64)
    expected = [x + math.sin(3 * x) ** 2 / 3 for x in z.tolist()]
    assert extras("activations").Snake(3.0)(z).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("fan_in", [4, 6, 50])
def test_sparse_gives_every_unit_as_many_connections(fan_in, extras):
    sparse = extras("initializers").Sparse(6, std=0.5)
    weight = sparse.draw(400, fan_in, torch.Generator().manual_seed(0))
    assert (weight != 0).sum(1).tolist() == [min(6, fan_in)] * 400
    assert weight[weight != 0].std().item() == pytest.approx(0.5, rel=0.05)
    # All inputs are equally likely.
    assert (weight != 0).sum(0).double().std() < 0.2 * 400


def test_weight_elimination_counts_weights_of_its_scale_half(extras):
    penalty = extras("penalties").WeightElimination(strength=0.1, scale=2.0)
    weight = torch.tensor([[0.0, 2.0], [-2.0, 1e6]], dtype=torch.float64)
    assert penalty.penalty(weight).item() == pytest.approx(0.1 * (0 + 0.5 + 0.5 + 1))


@pytest.mark.parametrize(
    ("module", "name", "fields"),
    [
        ("activations", "Snake", {"frequency": 0.0}),
        ("initializers", "Sparse", {"n_connections": 0}),
        ("initializers", "Sparse", {"std": -1.0}),
        ("penalties", "WeightElimination", {"strength": -0.1}),
        ("penalties", "WeightElimination", {"scale": float("nan")}),
    ],
)
def test_a_field_out_of_range_is_refused(module, name, fields, extras):
    plugin = getattr(extras(module), name)(**fields)
    with pytest.raises(ValueError, match=f"'{next(iter(fields))}'"):
        plugin.check()
