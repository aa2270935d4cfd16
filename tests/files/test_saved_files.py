"""Files written by earlier versions can be loaded."""

import numpy as np
import pytest

from sklearn_deep import load
from tests.files.estimators import outputs
from tests.files.make_saved_files import FOLDER, NAMES

FILES = sorted(FOLDER.glob("*/*.skops"))


def test_every_version_has_its_files():
    versions = {path.parent for path in FILES}
    assert versions
    for folder in versions:
        assert {path.stem for path in folder.glob("*.skops")} >= set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name} {path.stem}")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
def test_a_file_of_an_earlier_version_loads(path):
    found, expected = outputs(load(path)), np.load(path.with_suffix(".npz"))
    assert set(expected.files) <= found.keys()
    for name in expected.files:
        values = expected[name]
        if values.dtype.kind == "f":
            np.testing.assert_allclose(found[name], values, rtol=1e-4, atol=1e-6)
        else:
            np.testing.assert_array_equal(found[name], values)
