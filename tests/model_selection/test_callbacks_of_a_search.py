"""Callbacks of scikit-learn 1.9 and later are told of searches, stages and fits."""

from collections import Counter

import pytest
from small_searches import X, Y, assert_same_scores, batched, loop

pytest.importorskip("sklearn.callback")


class Recorder:
    """Keeps the tasks that it is told of."""

    def __init__(self):
        self.begun, self.ended, self.max_subtasks = Counter(), Counter(), {}
        self.hooks = []

    def setup(self, estimator, context):
        self.hooks.append("setup")

    def teardown(self, estimator, context):
        self.hooks.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.begun[context.task_name] += 1
        self.max_subtasks[context.task_name] = context.max_subtasks
        self.hooks.append(context.task_name)

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        self.ended[context.task_name] += 1
        return False


def recorded(kind, **settings):
    recorder = Recorder()
    search = kind(**settings).set_callbacks(recorder).fit(X, Y)
    return recorder, search


@pytest.mark.parametrize("refit", [True, False])
def test_the_tasks_are_those_of_the_loop(refit):
    (found, batch), (expected, one) = (recorded(kind, refit=refit) for kind in (batched, loop))
    assert found.hooks == expected.hooks
    assert found.begun == expected.begun
    assert found.ended == expected.ended == found.begun
    assert found.max_subtasks == expected.max_subtasks
    assert_same_scores(batch, one)


def test_a_stage_is_a_task_that_has_its_fits():
    found, _ = recorded(batched, n_iter=5, n_stages=2)
    assert found.begun["stage"] == 2
    assert found.begun["search"] == 1
    assert found.begun["candidate-split-evaluation"] == 15
    assert found.ended == found.begun
    assert found.max_subtasks["search"] == 2
    assert found.max_subtasks["stage"] == 6  # the last one's: 2 candidates on 3 folds
    assert found.hooks[-1] == "teardown"
