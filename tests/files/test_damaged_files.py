"""A damaged file gives an error or an equal estimator, and never runs code."""

import io
import json
import os
import sys
import zipfile

import numpy as np
import pytest
import skops.io

from sklearn_deep import trusted_types
from tests.files.estimators import fitted, outputs

# Number of cases of each kind of damage; `make fuzz` tries more.
N_CASES = int(os.environ.get("FUZZ_CASES", "25"))
TRUSTED = trusted_types()
NAMES = ["classifier", "pipeline", "autoencoder", "search_with_ensemble"]
_FORBIDDEN = ("exec", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "pty.spawn")
_events = []
_is_watching = False


def _watch(event, _arguments):
    if _is_watching and event.startswith(_FORBIDDEN) and not _is_of_a_library(sys._getframe(1)):
        _events.append(event)


def _is_of_a_library(frame):
    """Return whether a module is imported, or scipy makes a distribution from its own templates."""
    name = frame.f_code.co_filename
    return name.startswith("<frozen importlib") or "_distn_infrastructure" in name


sys.addaudithook(_watch)


@pytest.fixture(scope="module", params=NAMES)
def original(request):
    """Return a file as bytes, and the results of its estimator on samples."""
    estimator = fitted(request.param)
    data = skops.io.dumps(estimator, compression=zipfile.ZIP_DEFLATED)
    skops.io.loads(data, trusted=TRUSTED)  # so that imports of the first load are not counted
    return data, outputs(estimator)


def check(data, expected):
    """Load a damaged file; it must raise an error or give an equal estimator."""
    global _is_watching  # noqa: PLW0603
    _events.clear()
    _is_watching = True
    try:
        found = skops.io.loads(data, trusted=TRUSTED)
    except Exception:  # noqa: BLE001 - any error will do
        return "error"
    finally:
        _is_watching = False
        assert not _events
    for name, values in outputs(found).items():
        np.testing.assert_array_equal(values, expected[name])
    return "equal"


def test_flipped_bits(original):
    data, expected = original
    rng = np.random.default_rng(0)
    for place in rng.integers(len(data), size=N_CASES):
        damaged = bytearray(data)
        damaged[place] ^= 1 << rng.integers(8)
        check(bytes(damaged), expected)


def test_bytes_overwritten_and_left_out(original):
    data, expected = original
    rng = np.random.default_rng(1)
    for start in rng.integers(len(data), size=N_CASES):
        length = rng.integers(1, 400)
        check(data[:start] + rng.bytes(length) + data[start + length :], expected)
        check(data[:start] + data[start + length :], expected)


def test_a_file_that_ends_early(original):
    data, expected = original
    for end in np.linspace(0, len(data) - 1, N_CASES).astype(int):
        assert check(data[:end], expected) == "error"


def test_types_that_are_not_trusted_are_never_made(original):
    """A file that was edited to contain other types, with valid checksums."""
    data, expected = original
    rng = np.random.default_rng(2)
    schema = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("schema.json"))
    nodes = [node for node in _nodes(schema) if "__module__" in node]
    found = []
    for place in rng.integers(len(nodes), size=N_CASES):
        node, before = nodes[place], dict(nodes[place])
        node |= {"__module__": "os", "__class__": "system"}
        found.append(check(_with_schema(data, schema), expected))
        node["__loader__"] = rng.choice(["ObjectNode", "FunctionNode", "TypeNode", "ReduceNode"])
        found.append(check(_with_schema(data, schema), expected))
        node.clear()
        node.update(before)
    assert "error" in found


def _nodes(value):
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from _nodes(inner)


def _with_schema(data, schema):
    """Return a file with another schema."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(schema) if name == "schema.json" else old.read(name))
    return buffer.getvalue()


def test_the_watch_sees_code():
    global _is_watching  # noqa: PLW0603
    _is_watching = True
    try:
        exec("1 + 1")
    finally:
        _is_watching = False
    assert _events.pop() == "exec"
