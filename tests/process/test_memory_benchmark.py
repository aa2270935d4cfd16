"""The benchmark of memory runs, and stays within its bound on a small file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "memory.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/status")
def test_the_quick_form_prints_memory_beside_the_bound():
    command = [sys.executable, str(SCRIPT), "--quick", "--estimators", "MLPRegressor"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    rows = re.findall(r"^\| MLPRegressor \| (\w+) \| (\d+) \|", done.stdout, flags=re.MULTILINE)
    assert [method for method, _ in rows] == ["fit", "predict", "score"]
    assert all(50 < int(most) < 1000 for _, most in rows)
    assert re.search(r"^\| 9 \| \d+ \|", done.stdout, flags=re.MULTILINE)
