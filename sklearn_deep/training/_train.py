"""Train plans, together or one by one."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn_deep.training._isolation import isolated
from sklearn_deep.training._member import Result
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._training import Training


def train(plans: Sequence[Plan]) -> list[Result]:
    """Train plans of equal structure as one population.

    Parameters
    ----------
    plans : sequence of Plan
        All of equal ``structure()``; one plan is a single fit.

    Returns
    -------
    list of Result
        In the order of the plans. On the CPU each is, bit for bit, what its plan gives alone.
    """
    with isolated(plans[0].seed):
        training = Training(plans)
        while training.running:
            training.run_epoch()
        return training.results()
