"""Compiled code is stored on disk, replaced if it is outdated, and announced when it is compiled."""

import ast
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from sklearn_deep._compiled import entry
from tests.test_architecture import LIBRARY, own_imports

FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")
ONCE = "Compiling the training loop for float32: about 15 s, once."


def run_steps(
    memory, tables, elementwise, data, orders, columns, places, active, records, noise, when
):
    memory[0] = when[0]


@pytest.fixture(autouse=True)
def _small_function_and_empty_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(entry, "run_steps", run_steps)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))


def arguments(dtype, value):
    table, matrix = np.zeros((0, 16), dtype=np.int64), np.zeros((0, 1), dtype=dtype)
    memory = np.zeros(1, dtype=dtype)
    places, active = np.zeros(8, dtype=np.int64), np.zeros(0, dtype=bool)
    tables, data, columns = (table,) * 3, (matrix,) * 2, (matrix,) * 3
    when = (value, 0)
    return memory, tables, table, data, (table,) * 2, columns, places, active, columns, table, when


def compiled(dtype):
    """Return the announcements while a working function was made."""
    said = []
    function = entry.loaded(dtype, said.append).run_steps
    given = arguments(dtype, 3)
    function(*given)
    assert given[0][0] == 3
    return said


def test_it_is_compiled_once_for_each_type():
    assert compiled(FLOAT32) == [ONCE]
    assert compiled(FLOAT32) == []
    assert compiled(FLOAT64) == [ONCE.replace("32", "64")]
    assert compiled(FLOAT64) == compiled(FLOAT32) == []


def test_it_is_compiled_anew_when_sources_have_changed(monkeypatch):
    compiled(FLOAT32)
    monkeypatch.setattr(entry, "source_digest", lambda: "another")
    assert compiled(FLOAT32) == [ONCE]


@pytest.mark.parametrize(
    "name", ["_compiled/_kernels/interpreter.py", "_compiled/_graph/codes.py", "_random/philox.py"]
)
def test_every_source_counts(name, monkeypatch, tmp_path):
    for folder in ("_compiled/_graph", "_compiled/_kernels", "_random"):
        (tmp_path / folder).mkdir(parents=True)
    for path in (
        "_compiled/_kernels/interpreter.py",
        "_compiled/_graph/codes.py",
        "_random/philox.py",
    ):
        (tmp_path / path).write_text("x = 1\n")
    monkeypatch.setattr(entry, "_LIBRARY", tmp_path)
    before = entry.source_digest.__wrapped__()
    assert entry.source_digest.__wrapped__() == before
    (tmp_path / name).write_text("x = 2\n")
    assert entry.source_digest.__wrapped__() != before


def test_compiled_code_comes_from_the_folders_whose_sources_count():
    outside = {
        module
        for path in LIBRARY.rglob("*.py")
        if imports_numba(path)
        for module in own_imports(path)
        if module.partition(".")[0] not in entry._FOLDERS
    }
    assert not outside


def imports_numba(path):
    nodes = ast.walk(ast.parse(path.read_text()))
    return any(isinstance(node, ast.ImportFrom) and node.module == "numba" for node in nodes)


def test_it_works_where_no_folder_can_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(numba.config, "CACHE_LOCATOR_CLASSES", "UserProvidedCacheLocator")
    each_time = [ONCE.replace("once", "in each process")]
    assert compiled(FLOAT32) == each_time
    assert compiled(FLOAT32) == each_time


def test_it_works_where_a_kept_file_is_damaged(tmp_path):
    compiled(FLOAT32)
    (data,) = tmp_path.rglob("*run_steps*.nbc")
    data.write_bytes(data.read_bytes()[:100])
    assert compiled(FLOAT32) == [ONCE.replace("once", "in each process")]


def test_arrays_of_another_layout_are_not_compiled_for():
    function = entry.loaded(FLOAT32, None).run_steps
    _, *rest = arguments(FLOAT32, 3)
    with pytest.raises(TypeError, match="No matching definition"):
        function(np.zeros(4, dtype=FLOAT32)[::2], *rest)


AT_ONCE = """
import sys
import numpy as np
from sklearn_deep._compiled import entry
from tests.compiled import test_entry
entry.run_steps = test_entry.run_steps
sys.stdin.readline()  # both begin together
print(*test_entry.compiled(np.dtype(sys.argv[1])))
"""


@pytest.mark.slow
@pytest.mark.parametrize("dtypes", [("float32", "float32"), ("float32", "float64")])
def test_two_processes_may_compile_at_once(dtypes, monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    both = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, dtype],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for dtype in dtypes
    ]
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in both:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    assert compiled(FLOAT32) == [] == compiled(np.dtype(dtypes[1]))
