"""Early stopping, with the rule of Keras."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import isnan
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import SCORE, explained, larger_is_better
from sklearn_deep.plugins import Plugin


class Verdict(NamedTuple):
    """The decision of the rule at the end of an epoch."""

    improved: bool
    stop: bool


class Replay(NamedTuple):
    """Result of applying the rule to a finished learning curve.

    Parameters
    ----------
    stopped_epoch : int or None
        Epoch after which training stops; None if it never does.
    best_epoch : int or None
        Last epoch that improved; None if no epoch was monitored.
    """

    stopped_epoch: int | None
    best_epoch: int | None


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class EarlyStopping(Plugin):
    """Stop training when a monitored value has not improved for some epochs.

    Epochs count from 0. An epoch improves if its value exceeds the best value so far by strictly more
    than ``min_delta``; only then is the best value updated.

    Parameters
    ----------
    monitor : str or callable, default="val_loss"
        The value to monitor after each epoch. A name that begins with ``val_``, and a callable, need
        validation samples: ``X_val`` passed to ``fit``, or a part split off from the training samples.
        A name is looked up in this order:

        - ``loss``, ``val_loss``, ``accuracy``, ``val_accuracy``, ``r2``, ``val_r2``, and of autoencoders with
          a head ``loss_prediction``, ``loss_reconstruction`` and the same with ``val_``. Losses are
          better when smaller, accuracy and R² when larger.
        - A score that an ``EpochScoring`` in ``net_callbacks`` records. Its ``lower_is_better`` says which
          values are better; it needs validation samples unless ``on_train`` is true.
        - A scorer of scikit-learn (``sklearn.metrics.get_scorer_names``): ``val_roc_auc`` on the
          validation samples, ``roc_auc`` on the training samples. It receives predictions and targets
          in the unit of y; larger is better.
        - A callable ``scorer(estimator, X, y)``, as ``make_scorer`` returns it; larger is better.
          ``history_`` records its values as ``val_score``.
    min_delta : float >= 0, default=0.0
        Minimum improvement, in the unit of the monitored value; see ``relative``.
    patience : int >= 0, default=0
        Number of epochs without improvement to wait before stopping; 0 behaves like 1.
    restore_best_weights : bool, default=False
        Whether to keep the weights of the best epoch at the end, also if ``max_epochs`` was reached.
    start_from_epoch : int >= 0, default=0
        First epoch that is monitored.
    relative : bool, default=False
        Whether ``min_delta`` is a fraction of the magnitude of the first monitored value. A loss that
        tends to 0 then counts as converged once it decreases by only a small part of its first value,
        whatever its unit.

    References
    ----------
    Prechelt, "Early stopping - but when?", 1998. The rule is that of ``keras.callbacks.EarlyStopping``
    (Keras 3), except that a NaN ends the fit as diverged and a missing monitor is an error.

    Examples
    --------
    >>> from sklearn_deep.stopping import EarlyStopping
    >>> EarlyStopping(patience=1).replay([1, 0.9, 0.8, 0.85, 0.7])
    Replay(stopped_epoch=3, best_epoch=2)
    >>> EarlyStopping(patience=2).replay([1, 0.9, 0.8, 0.85, 0.7])
    Replay(stopped_epoch=None, best_epoch=4)
    >>> EarlyStopping(patience=2, min_delta=0.1, relative=True).replay([100, 60, 55, 51, 45])
    Replay(stopped_epoch=3, best_epoch=1)
    """

    monitor: str | Callable[..., float] = field(default="val_loss", kw_only=False)
    min_delta: float = 0.0
    patience: int = 0
    restore_best_weights: bool = False
    start_from_epoch: int = 0
    relative: bool = False

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "monitor": [str, callable],
        "min_delta": [Interval(Real, 0, None, closed="left")],
        "patience": [Interval(Integral, 0, None, closed="left")],
        "restore_best_weights": ["boolean"],
        "start_from_epoch": [Interval(Integral, 0, None, closed="left")],
        "relative": ["boolean"],
    }

    @property
    def monitored(self) -> str:
        """Name of the monitored value in ``history_``."""
        return self.monitor if isinstance(self.monitor, str) else f"val_{SCORE}"

    def begin(self) -> Watch:
        """Return a new state of the rule."""
        return Watch(self)

    def replay(self, values: Iterable[float]) -> Replay:
        """Apply the rule to a finished learning curve.

        Parameters
        ----------
        values : iterable of float
            The monitored value, one per epoch.

        Returns
        -------
        Replay
            ``(stopped_epoch, best_epoch)``; ``stopped_epoch`` is None if the rule never stops.
        """
        watch = self.begin()
        for epoch, value in enumerate(values):
            if watch.see(epoch, value).stop:
                return Replay(epoch, watch.best_epoch)
        return Replay(None, watch.best_epoch)


class Watch:
    """The state of the rule during a fit.

    Parameters
    ----------
    rule : EarlyStopping
        The rule whose state this is.
    """

    def __init__(self, rule: EarlyStopping) -> None:
        self.rule = rule
        self.wait = 0
        self.best: float | None = None
        self.best_epoch: int | None = None
        self.min_delta = float(rule.min_delta)
        self.larger_is_better = larger_is_better(rule.monitored)

    def see(self, epoch: int, value: float) -> Verdict:
        """Receive the value of an epoch; return whether it improved, and whether to stop.

        Parameters
        ----------
        epoch : int
            Number of the epoch, starting at 0.
        value : float
            The monitored value.
        """
        if epoch < self.rule.start_from_epoch:
            return Verdict(improved=False, stop=False)
        self.wait += 1
        if self._improves(value):
            self.best, self.best_epoch, self.wait = value, epoch, 0
            return Verdict(improved=True, stop=False)
        # Keras never stops in epoch 0, whatever the patience.
        return Verdict(improved=False, stop=self.wait >= self.rule.patience and epoch > 0)

    def _improves(self, value: float) -> bool:
        if self.best is None:
            # A score may be NaN, for example ROC AUC of a single class. It never counts as improved.
            if self.rule.relative and not isnan(value):
                self.min_delta *= abs(value)
            return not isnan(value)
        # Same order of operations as in Keras, because it decides ties in floating point.
        if self.larger_is_better:
            return value - self.min_delta > self.best
        return value + self.min_delta < self.best
