"""Fields of initializers are checked."""

import pytest

from sklearn_deep.initializers import Orthogonal, RandomNormal, VarianceScaling


@pytest.mark.parametrize(
    ("plugin", "field"),
    [
        (VarianceScaling(scale=0), "scale"),
        (VarianceScaling(mode="fan"), "mode"),
        (VarianceScaling(distribution="cauchy"), "distribution"),
        (RandomNormal(std=-1), "std"),
        (Orthogonal(gain=0), "gain"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()
