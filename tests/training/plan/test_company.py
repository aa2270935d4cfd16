"""Losses and penalties of any author keep a member's bits: what they ask for is found out."""

from dataclasses import dataclass

import pytest
import torch

from sklearn_deep._shared import arithmetic
from sklearn_deep.losses import Loss, SquaredError
from sklearn_deep.penalties import CodePenalty, Orthogonality, Penalty
from sklearn_deep.plugins import available, resolve
from sklearn_deep.training import populations, train
from sklearn_deep.training._plan import company
from tests._support.for_all import for_all
from tests._support.plans import make_members, make_numbers, make_plan, obey, same


class CoshError(SquaredError):
    def rows(self, output, target):
        return ((output - target).cosh() - 1).mean(-1)


class Capped(Loss):
    def rows(self, output, target):
        return (output - target).abs().clamp(max=3).mean(-1)


@dataclass(eq=False, repr=False)
class Cosh(Penalty):
    strength: float | torch.Tensor = 0.3

    def penalty(self, weight):
        return self.strength * (3 * weight).cosh().sum()


class Gram(Orthogonality):
    def penalty(self, weight):
        return self.strength * (weight @ weight.T).square().sum()


@dataclass(eq=False, repr=False)
class Power(Penalty):
    exponent: float | torch.Tensor = 1.7

    def penalty(self, weight):
        return 0.1 * weight.abs().pow(self.exponent).sum()


@dataclass(eq=False, repr=False)
class Rows(Penalty):
    strength: float | torch.Tensor = 0.01

    def penalty(self, weight):
        return self.strength * torch.linalg.vector_norm(weight, dim=1).sum()


class Distances(Penalty):
    def penalty(self, weight):  # vmap warns that this is slow
        return torch.nn.functional.pdist(weight).sum()


class Halving(Penalty):
    projects = True

    def project(self, weight):
        return weight / 2


class Squares(CodePenalty):
    def code_penalty(self, encoding):
        return (encoding.share * encoding.code.square().sum(-1)).sum()


class Logs(CodePenalty):
    def code_penalty(self, encoding):
        return (encoding.share * (1 + encoding.code.square()).log().sum(-1)).sum()


def test_a_loss_of_any_author_keeps_the_bits_of_single_fits():
    settings = [{"loss": CoshError()}] * 3
    obey(make_members(make_numbers(), settings, hidden=(32,), batch_size=10, metric=None))


@pytest.mark.parametrize("make", [Cosh, Gram, Power, Rows], ids=lambda cls: cls.__name__)
def test_a_penalty_of_any_author_keeps_the_bits_of_single_fits(make, monkeypatch):
    monkeypatch.setattr(arithmetic, "PADDED_ON", {"cpu"})
    data = make_numbers(n_outputs=3)
    settings = [{"penalties": (make(), make()), "hidden": (w,)} for w in (13, 13, 37, 37)]
    plans = make_members(data, settings, loss=SquaredError(), metric=None)
    groups = populations(plans, size=4)
    assert groups == ([[0, 1], [2, 3]] if make is Rows else [[0], [1], [2], [3]])
    for group in groups:
        for k, result in zip(group, train([plans[k] for k in group]), strict=True):
            assert same(result, train([plans[k]])[0])


@for_all(
    ("penalty", "alone"),
    [
        *((penalty, True) for penalty in (Cosh(), Gram(), Power(), Logs(), Distances())),
        *((penalty, False) for penalty in (Rows(), Halving(), Squares())),
    ],
)
def test_penalties_whose_operations_are_known_share_a_population(penalty, alone):
    assert company.trains_alone(penalty) == alone


@for_all(("loss", "fills"), [(CoshError(), True), (Capped(), False)])
def test_losses_that_call_other_functions_fill_whole_vectors(loss, fills):
    plan = make_plan(make_numbers(n_outputs=3), hidden=(32,), loss=loss, batch_size=20)
    assert (plan.batch_rows == 32) == fills


@for_all("name", available("losses"))
def test_what_is_written_down_of_losses_is_what_their_operations_say(name):
    loss = resolve("losses", name, argument="loss", owner="Owner")
    derived = company.needs_whole_vectors(type("Own", (type(loss),), {})(), 2)
    assert company.WHOLE_VECTORS[type(loss)] == derived


@for_all("name", available("penalties"))
def test_whether_penalties_train_alone_is_written_down(name):
    penalty = resolve("penalties", name, argument="penalty", owner="Owner")
    assert type(penalty) in company.ALONE
