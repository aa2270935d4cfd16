"""Optimizers of torch that train one network: how they are created, and their errors."""

import pickle
from itertools import pairwise

import pytest
import torch
from sklearn.base import clone

from sklearn_deep.optimizers import LBFGS, Adam, TorchOptimizer
from sklearn_deep.plugins import resolve


def resolved(spec):
    return resolve("optimizers", spec, argument="optimizer", owner="Owner")


def minimize(optimizer, parameter, objective, n_steps):
    """Return the objective after each step, and before the first."""

    def closure():
        optimizer.zero_grad()
        value = objective(parameter)
        value.backward()
        return value.detach()

    return [float(optimizer.step(closure)) for _ in range(n_steps)]


def rosenbrock(w):
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


@pytest.fixture
def parameter():
    return torch.nn.Parameter(torch.linspace(-1.5, 1.5, 6, dtype=torch.float64))


def test_a_class_of_torch_is_built_with_its_options_and_the_learning_rate(parameter):
    plugin = TorchOptimizer(torch.optim.Adagrad, options={"lr_decay": 0.1, "eps": 1e-3}).check()
    optimizer = plugin.build([parameter], learning_rate=0.5)
    assert type(optimizer) is torch.optim.Adagrad
    assert optimizer.param_groups[0]["params"][0] is parameter
    found = {name: optimizer.defaults[name] for name in ("lr", "lr_decay", "eps")}
    assert found == {"lr": 0.5, "lr_decay": 0.1, "eps": 1e-3}


def test_it_moves_as_the_class_of_torch_does(parameter):
    twin = torch.nn.Parameter(parameter.detach().clone())
    ours = TorchOptimizer(torch.optim.Rprop).build([parameter], learning_rate=1e-3)
    minimize(ours, parameter, rosenbrock, 20)
    minimize(torch.optim.Rprop([twin], lr=1e-3), twin, rosenbrock, 20)
    assert torch.equal(parameter, twin)


def test_a_bare_class_of_torch_becomes_a_plug_in():
    plugin = resolved(torch.optim.Adagrad)
    assert type(plugin) is TorchOptimizer
    assert plugin.optimizer_class is torch.optim.Adagrad
    assert plugin.torch_equivalent() == (torch.optim.Adagrad, {})


def test_a_bare_class_of_somebody_else_does_too(parameter):
    class Sign(torch.optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        def step(self, closure):
            return closure()

    assert type(resolved(Sign).build([parameter], 0.1)) is Sign


@pytest.mark.parametrize("function", [torch.sin, list, lambda: None])
def test_another_callable_is_refused(function):
    with pytest.raises(TypeError, match=r"'optimizer' parameter .* a class of torch\.optim, got"):
        resolved(function)


def test_our_own_class_is_still_refused_with_the_instance_to_write():
    with pytest.raises(TypeError, match=r"got the class Adam\. Write Adam\(\)"):
        resolved(Adam)


def test_what_is_no_class_of_torch_is_refused():
    with pytest.raises(
        TypeError, match=r"'optimizer_class' parameter of TorchOptimizer .*got 'adam"
    ):
        TorchOptimizer("adam").check()


REFUSED = [
    (torch.optim.Adagrad, {"lr": 0.1}, r"must not have 'lr', got 0\.1\. Set `learning_rate`"),
    (
        torch.optim.Adagrad,
        {"momentum": 0.9},
        "options={'momentum': 0.9}.*Adagrad says: .*unexpected keyword argument 'momentum'",
    ),
    (torch.optim.Adagrad, {"eps": -1.0}, "Adagrad says: Invalid epsilon"),
    (torch.optim.Adagrad, [0.1], "The 'options' parameter of TorchOptimizer"),
    (torch.optim.SparseAdam, None, "SparseAdam says: .* does not support dense gradients"),
]
if hasattr(torch.optim, "Muon"):  # since torch 2.9
    REFUSED.append((torch.optim.Muon, {}, "Muon cannot train the weights and biases of a network"))


@pytest.mark.parametrize(("kind", "options", "words"), REFUSED)
def test_options_that_the_class_does_not_take_are_refused(kind, options, words):
    with pytest.raises(ValueError, match=words):
        TorchOptimizer(kind, options=options).check()


def test_copies_keep_class_options_and_key():
    plugin = TorchOptimizer(torch.optim.Rprop, options={"etas": (0.4, 1.3)}, clip_norm=2.0)
    for copy in (clone(plugin), pickle.loads(pickle.dumps(plugin))):
        assert copy.get_params() == plugin.get_params()
        assert {plugin.structure(): 1}[copy.structure()] == 1
    assert TorchOptimizer(torch.optim.Rprop).structure() != plugin.structure()


@pytest.mark.parametrize("n_steps", [1, 5, 30])
def test_steps_of_lbfgs_are_iterations_of_torch(n_steps, parameter):
    twin = torch.nn.Parameter(parameter.detach().clone())
    minimize(
        LBFGS(history_size=4).build([parameter], learning_rate=1e-3), parameter, rosenbrock, n_steps
    )
    options = {"max_iter": n_steps, "max_eval": 1000, "history_size": 4}
    torchs = torch.optim.LBFGS([twin], lr=1, line_search_fn="strong_wolfe", **options)
    minimize(torchs, twin, rosenbrock, 1)
    torch.testing.assert_close(parameter, twin, rtol=1e-9, atol=1e-9)


def test_lbfgs_goes_down_at_every_step_and_arrives(parameter):
    optimizer = LBFGS().build([parameter], learning_rate=1e-3)
    values = minimize(optimizer, parameter, rosenbrock, 80)
    assert all(after <= before for before, after in pairwise(values))
    torch.testing.assert_close(parameter.detach(), torch.ones(6).double(), atol=1e-4, rtol=0)


def test_lbfgs_takes_all_rows_and_others_do_not():
    assert LBFGS.full_batch
    assert not TorchOptimizer.full_batch
    assert not Adam.full_batch
