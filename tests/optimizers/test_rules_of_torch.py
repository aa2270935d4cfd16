"""Every update rule equals that of ``torch.optim``, over 300 steps of a noisy nonlinear problem."""

import pytest
import torch

from sklearn_deep.optimizers import SGD, Adam, AdamW, NAdam, RMSprop

RULES = [
    (SGD(momentum=0.0), 0.05, 0.0),
    (SGD(momentum=0.0), 0.05, 0.1),
    (SGD(momentum=0.9), 0.02, 0.0),
    (SGD(momentum=0.8), 0.02, 0.1),
    (SGD(momentum=0.9, nesterov=True), 0.02, 0.0),
    (SGD(momentum=0.7, nesterov=True), 0.02, 0.1),
    (Adam(), 0.01, 0.0),
    (Adam(beta_1=0.3, beta_2=0.9, epsilon=1e-3), 0.05, 0.1),
    (Adam(beta_1=0.0, beta_2=0.0, epsilon=1e-2), 0.01, 0.0),
    (AdamW(), 0.01, 0.0),
    (AdamW(beta_1=0.6, beta_2=0.95, epsilon=1e-4), 0.05, 0.3),
    (RMSprop(), 0.01, 0.0),
    (RMSprop(rho=0.9, momentum=0.0, epsilon=1e-3), 0.02, 0.1),
    (RMSprop(rho=0.95, momentum=0.8, epsilon=1e-4), 0.005, 0.0),
    (RMSprop(rho=0.0, momentum=0.9, epsilon=1e-2), 0.005, 0.1),
    (NAdam(), 0.01, 0.0),
    (NAdam(beta_1=0.999, beta_2=0.9, epsilon=1e-3, momentum_decay=1.0), 0.05, 0.1),
    (NAdam(beta_1=0.3, beta_2=0.95, epsilon=1e-4, momentum_decay=0.0), 0.02, 0.0),
    (NAdam(beta_1=0.0, beta_2=0.9, epsilon=1e-2), 0.01, 0.1),
]


@pytest.fixture(autouse=True)
def products_in_float64():
    """Make torch's NAdam keep the product of its momenta in float64, for any dtype of parameters."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


TRACKS = {}


def torch_track(*settings):
    """Return the parameters of torch's rule, computed once for all ways to apply ours."""
    key = repr(settings[:4])
    if key not in TRACKS:
        TRACKS[key] = new_track(*settings)
    return TRACKS[key]


def new_track(rule, rate, decay, start, gradient):
    """Return the parameters of torch's rule after 100, 200 and 300 steps."""
    parameter = torch.nn.Parameter(start.clone())
    kind, arguments = rule.torch_equivalent()
    optimizer = kind([parameter], lr=rate, weight_decay=decay, **arguments)
    track = []
    for step in range(300):
        parameter.grad = gradient(parameter, step)
        optimizer.step()
        if (step + 1) % 100 == 0:
            track.append(parameter.detach().clone())
    return torch.stack(track)


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "rate", "decay"), RULES, ids=repr)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-3)], ids=str
)
def test_the_rule_is_that_of_torch(rule, rate, decay, dtype, tolerance, follow, start, gradient):
    expected = torch_track(rule, rate, decay, start.to(dtype), gradient)
    found = follow([(rule, rate, decay)], dtype)[:, 0]
    torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
    assert (found[-1] - start).abs().max() > 0.1


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (SGD(), torch.optim.SGD),
        (Adam(), torch.optim.Adam),
        (AdamW(), torch.optim.AdamW),
        (RMSprop(), torch.optim.RMSprop),
        (NAdam(), torch.optim.NAdam),
    ],
)
def test_the_equivalent_of_torch_has_the_default_numbers_of_torch(rule, kind):
    parameter = torch.nn.Parameter(torch.zeros(1))
    found_kind, arguments = rule.torch_equivalent()
    assert found_kind is kind
    defaults = kind([parameter], **({"momentum": 0.9} if kind is torch.optim.SGD else {})).defaults
    assert kind([parameter], **arguments).defaults == defaults


def test_nesterov_without_momentum_is_plain_descent(follow):
    plain, nesterov = (follow([(SGD(momentum=0.0, nesterov=n), 0.02, 0.0)]) for n in (False, True))
    assert torch.equal(plain, nesterov)
