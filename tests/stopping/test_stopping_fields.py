"""Fields of the stopping rule are checked."""

import pytest

from sklearn_deep.plugins import resolve
from sklearn_deep.stopping import EarlyStopping


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("monitor", 3),
        ("min_delta", -0.1),
        ("min_delta", float("nan")),
        ("patience", -1),
        ("patience", 1.5),
        ("restore_best_weights", "yes"),
        ("start_from_epoch", -1),
        ("start_from_epoch", None),
    ],
)
def test_a_field_out_of_range_is_named(field, value):
    rule = EarlyStopping(**{field: value})
    with pytest.raises(ValueError, match=f"The '{field}' parameter of EarlyStopping must be"):
        rule.check()
    with pytest.raises(ValueError, match=f"'{field}'"):
        resolve("stopping", rule, argument="early_stopping", owner="Owner")
