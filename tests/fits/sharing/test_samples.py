"""Samples of which each fit gets a copy detect that a fit has written into them."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from sklearn_deep._equality import Key
from sklearn_deep._fits.samples import Samples

NUMBERS = np.array([[1.0, np.nan], [0.0, 4.0]])


def write_first(array, new):
    array[0] = new


WRITES = {
    "numbers": (NUMBERS, lambda array: write_first(array, 2.0)),
    "integers": (np.arange(3), lambda array: write_first(array, 7)),
    "words": (np.array(["a", None, 1.5], dtype=object), lambda array: write_first(array, "b")),
    "lists": (NUMBERS.tolist(), lambda rows: write_first(rows[0], 2.0)),
    "sparse": (csr_matrix(NUMBERS), lambda matrix: write_first(matrix.data, 2.0)),
    "pandas": (
        pd.DataFrame(NUMBERS, columns=["a", "b"]),
        lambda frame: frame.isetitem(0, [2.0, 0.0]),
    ),
    "polars": (
        pl.DataFrame(NUMBERS, schema=["a", "b"]),
        lambda frame: frame.replace_column(0, pl.Series("a", [2.0, 0.0])),
    ),
}


@pytest.mark.parametrize("case", WRITES)
@pytest.mark.parametrize("index", [None, [0, 1]], ids=["all", "some"])
def test_a_copy_is_unlike_its_source_once_it_is_written_to(case, index):
    source, write = WRITES[case]
    samples = Samples(source, Key("X"), index)
    given = samples.copy()
    assert not samples.is_unlike(given)
    write(given)
    assert samples.is_unlike(given)
    assert not samples.is_unlike(samples.copy())
