"""Records of trained populations, for several tests of the batched search."""

import pytest

from sklearn_deep._fits import task as _task


@pytest.fixture
def trained(monkeypatch):
    """Return the list of the sizes of all populations, filled as they are trained."""
    sizes, train = [], _task.train

    def counting(plans, *args, **kwargs):
        sizes.append(len(plans))
        return train(plans, *args, **kwargs)

    monkeypatch.setattr(_task, "train", counting)
    return sizes
