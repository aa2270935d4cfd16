"""Greedy selection of candidates."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from sklearn_deep.model_selection._ensemble.selection import selected


@pytest.fixture
def problem():
    """Return outputs of five candidates on two folds, and minus the squared error."""
    rng = np.random.default_rng(0)
    truth = [rng.normal(size=30), rng.normal(size=20)]
    noise = [0.9, 0.6, 0.7, 1.5, 0.65]
    candidates = [[t + s * rng.normal(size=len(t)) for t in truth] for s in noise]

    def score(outputs):
        return -np.mean([((o - t) ** 2).mean() for o, t in zip(outputs, truth, strict=True)])

    return candidates, score


def mean_of(candidates, chosen):
    return [np.mean([candidates[k][fold] for k in chosen], 0) for fold in range(2)]


def test_the_first_is_the_best_alone(problem):
    candidates, score = problem
    counts = selected(candidates, 1, score)
    assert counts.sum() == 1
    assert counts.argmax() == np.argmax([score(own) for own in candidates])


@pytest.mark.parametrize("size", [2, 5, 12])
def test_each_further_one_is_the_best_next_step(size, problem):
    candidates, score = problem
    chosen = []
    for _ in range(size):
        after = [score(mean_of(candidates, [*chosen, k])) for k in range(len(candidates))]
        chosen.append(int(np.argmax(after)))
    expected = np.bincount(chosen, minlength=len(candidates))
    np.testing.assert_array_equal(selected(candidates, size, score), expected)


def test_of_two_it_finds_the_best_pair_that_holds_the_best(problem):
    candidates, score = problem
    pairs = list(combinations_with_replacement(range(len(candidates)), 2))
    first = int(np.argmax([score(own) for own in candidates]))
    best = max((p for p in pairs if first in p), key=lambda p: score(mean_of(candidates, p)))
    counts = selected(candidates, 2, score)
    np.testing.assert_array_equal(counts, np.bincount(best, minlength=len(candidates)))


def test_of_equal_ones_it_takes_the_first():
    outputs = [[np.ones(3)] for _ in range(4)]
    np.testing.assert_array_equal(selected(outputs, 3, lambda means: 1.0), [3, 0, 0, 0])


def test_candidates_without_a_finite_score_are_not_chosen():
    outputs = [[np.full(3, np.nan)], [np.ones(3)]]
    counts = selected(outputs, 2, lambda means: -float(means[0].sum()))
    np.testing.assert_array_equal(counts, [0, 2])
