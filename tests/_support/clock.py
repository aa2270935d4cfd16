"""A clock that only trained epochs advance, so that no test depends on the speed of a machine."""

from sklearn_deep._process import time_limit
from sklearn_deep.training import Training


class EpochClock:
    """Replaces the monotonic clock.

    Attributes
    ----------
    seconds_per_epoch : float
        By how much each epoch of a population advances the clock.
    n_epochs : int
        Epochs trained so far, of all populations.
    """

    def __init__(self, monkeypatch, seconds_per_epoch=1.0):
        self.seconds_per_epoch = seconds_per_epoch
        self.now, self.n_epochs = 1000.0, 0
        run_epoch = Training.run_epoch

        def timed(training):
            run_epoch(training)
            self.n_epochs += 1
            self.now += self.seconds_per_epoch

        monkeypatch.setattr(Training, "run_epoch", timed)
        monkeypatch.setattr(time_limit, "monotonic_seconds", lambda: self.now)
