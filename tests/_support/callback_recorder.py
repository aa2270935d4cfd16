"""A callback of scikit-learn that records its notifications."""

from collections import Counter


class Recorder:
    """Records the tasks of which it is notified."""

    def __init__(self):
        self.begun, self.ended, self.max_subtasks = Counter(), Counter(), {}
        self.hooks, self.estimators, self.paths = [], set(), []

    def setup(self, estimator, context):
        self.hooks.append("setup")
        self.estimators.add(estimator)

    def teardown(self, estimator, context):
        self.hooks.append("teardown")
        self.estimators.add(estimator)

    def on_fit_task_begin(self, estimator, context):
        self.begun[context.task_name] += 1
        self.max_subtasks[context.task_name] = context.max_subtasks
        self.hooks.append(context.task_name)
        self.estimators.add(estimator)
        self.paths.append(path_of(context))

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        self.ended[context.task_name] += 1
        self.estimators.add(estimator)
        return False


def path_of(context):
    """Return the names and numbers of a task and of all tasks that contain it."""
    path = []
    while context is not None:
        path.insert(0, (context.task_name, context.source_task_name, context.task_id))
        context = context.parent
    return path
