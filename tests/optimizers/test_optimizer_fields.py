"""Fields of optimizers are checked."""

from math import inf, nan

import pytest

from sklearn_deep.optimizers import LBFGS, SGD, Adam, AdamW, NAdam, RMSprop
from tests._support.for_all import for_all


@for_all(
    ("plugin", "field"),
    [
        (SGD(momentum=1.0), "momentum"),
        (SGD(nesterov="yes"), "nesterov"),
        (Adam(beta_1=1.0), "beta_1"),
        (Adam(beta_2=-0.1), "beta_2"),
        (AdamW(epsilon=0.0), "epsilon"),
        (RMSprop(rho=1.0), "rho"),
        (RMSprop(momentum=-0.1), "momentum"),
        (RMSprop(epsilon=0.0), "epsilon"),
        (NAdam(beta_1=1.0), "beta_1"),
        (NAdam(momentum_decay=-1e-3), "momentum_decay"),
        (LBFGS(history_size=0), "history_size"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()


RULES = [SGD, Adam, AdamW, RMSprop, NAdam, LBFGS]


@for_all("kind", RULES)
@for_all("norm", [0.0, -1.0, nan, "1"])
def test_a_norm_to_clip_at_is_positive(kind, norm):
    with pytest.raises(ValueError, match=f"The 'clip_norm' parameter of {kind.__name__}"):
        kind(clip_norm=norm).check()


@for_all("kind", RULES)
def test_a_norm_to_clip_at_may_be_infinite(kind):
    assert kind().clip_norm == inf
    kind(clip_norm=inf).check()
