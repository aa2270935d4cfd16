"""Losses for classes equal those of torch and of scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch.nn import functional as F

from sklearn_deep.losses import CrossEntropy, Focal

N = 20
CLASSES = torch.arange(N) % 5
LABELS = (torch.arange(3 * N).view(N, 3) ** 2 % 7 < 3).double()  # several of three, or none
KINDS = [CrossEntropy(), CrossEntropy(binary=True), Focal(gamma=0.0), Focal(gamma=0.0, binary=True)]


def test_cross_entropy_of_one_hot_targets_is_that_of_the_classes(normal):
    output = normal(N, 5)
    rows = CrossEntropy().rows(output, F.one_hot(CLASSES, 5).double())
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, F.cross_entropy(output, CLASSES, reduction="none"))


def test_cross_entropy_takes_soft_targets(normal):
    output, target = normal(N, 5), normal(N, 5).softmax(-1)
    rows = CrossEntropy().rows(output, target)
    torch.testing.assert_close(rows, F.cross_entropy(output, target, reduction="none"))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_binary_cross_entropy_is_that_of_logits_summed_over_outputs(smoothing, normal):
    output, target = normal(N, 3), LABELS * (1 - 2 * smoothing) + smoothing
    rows = CrossEntropy(binary=True).rows(output, target)
    expected = F.binary_cross_entropy_with_logits(output, target, reduction="none")
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, expected.sum(-1))


def test_cross_entropy_is_the_log_loss_of_scikit_learn(normal):
    output = normal(N, 5)
    rows = CrossEntropy().rows(output, F.one_hot(CLASSES, 5).double())
    expected = log_loss(CLASSES.numpy(), output.softmax(-1).numpy())
    assert rows.mean().item() == pytest.approx(expected)


def test_binary_cross_entropy_is_the_log_loss_of_scikit_learn_summed_over_labels(normal):
    output = normal(N, 3)
    rows = CrossEntropy(binary=True).rows(output, LABELS)
    columns = zip(LABELS.numpy().T, output.sigmoid().numpy().T, strict=True)
    assert rows.mean().item() == pytest.approx(sum(log_loss(y, p) for y, p in columns))


@pytest.mark.parametrize("kind", [CrossEntropy, Focal])
def test_two_classes_cost_the_same_with_one_logit_or_two(kind, normal):
    output, target = normal(N, 1), LABELS[:, :1]
    two = kind().rows(F.pad(output, (1, 0)), torch.cat([1 - target, target], -1))
    torch.testing.assert_close(kind(binary=True).rows(output, target), two)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_focal_loss_is_the_formula_of_its_paper(gamma, normal):
    output = normal(N, 5)
    p = np.exp(output.numpy())
    p = (p / p.sum(1, keepdims=True))[np.arange(N), CLASSES.numpy()]
    rows = Focal(gamma=gamma).rows(output, F.one_hot(CLASSES, 5).double())
    np.testing.assert_allclose(rows.numpy(), -((1 - p) ** gamma) * np.log(p))


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_binary_focal_loss_is_the_formula_of_its_paper(gamma, normal):
    output, target = normal(N, 3), LABELS
    p = output.sigmoid()
    p_true = p * target + (1 - p) * (1 - target)
    rows = Focal(gamma=gamma, binary=True).rows(output, target)
    torch.testing.assert_close(rows, -((1 - p_true) ** gamma * p_true.log()).sum(-1))


def test_focal_loss_weighs_soft_targets(normal):
    output, target = normal(N, 5), normal(N, 5).softmax(-1)
    each = [Focal(gamma=1.5).rows(output, row.expand(N, 5)) for row in torch.eye(5).double()]
    rows = Focal(gamma=1.5).rows(output, target)
    torch.testing.assert_close(rows, (torch.stack(each, -1) * target).sum(-1))


@pytest.mark.parametrize("binary", [False, True])
def test_focal_loss_without_gamma_is_cross_entropy_and_its_gradient(binary, normal):
    output, target = normal(N, 3).requires_grad_(), LABELS
    results = []
    for loss in (Focal(gamma=0.0, binary=binary), CrossEntropy(binary=binary)):
        rows = loss.rows(output, target)
        results += [rows, torch.autograd.grad(rows.sum(), output)[0]]
    torch.testing.assert_close(results[:2], results[2:])


@pytest.mark.parametrize("loss", KINDS, ids=repr)
def test_outputs_of_classification_stay_logits(loss, normal):
    output = normal(N, 3)
    assert loss.task == "classification"
    assert loss.predictions(output) is output
