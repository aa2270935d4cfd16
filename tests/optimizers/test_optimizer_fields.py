"""Fields of optimizers are checked."""

import pytest

from sklearn_deep.optimizers import SGD, Adam, AdamW


@pytest.mark.parametrize(
    ("plugin", "field"),
    [
        (SGD(momentum=1.0), "momentum"),
        (SGD(nesterov="yes"), "nesterov"),
        (Adam(beta_1=1.0), "beta_1"),
        (Adam(beta_2=-0.1), "beta_2"),
        (AdamW(epsilon=0.0), "epsilon"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()
