"""Steps of random networks agree in compiled code and torch, starting from the same state.

``FUZZ_CASES`` sets how many networks are drawn and ``FUZZ_FIRST`` the first seed.
"""

import os

import pytest

pytest.importorskip("numba")

from tests._support.compiled.networks import assert_steps_agree, plan_of
from tests._support.compiled.random_networks import random_fit

N_CASES = int(os.environ.get("FUZZ_CASES", "40"))
FIRST = int(os.environ.get("FUZZ_FIRST", "0"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + N_CASES))
def test_random_networks(seed, monkeypatch):
    # Batch normalization of units that hardly vary magnifies rounding errors.
    assert_steps_agree(plan_of(*random_fit(seed)), monkeypatch, n_steps=2, slack=2.0)
