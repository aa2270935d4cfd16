"""Output of a verbose fit: one line per epoch, and why training ended."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from sklearn_deep.training import Training

# Values that skorch records in addition, under other names, and its remarks on other values.
_REPEATED = ("train_loss", "valid_loss", "epoch", "batches")
_NOTES = ("_best", "_batch_count")
_LAST = ("learning_rate", "dur")


def line_of(epoch: Mapping[str, Any], n_epochs: int) -> str:
    """Return the line of an epoch: losses, then scores, then the learning rate and the seconds.

    Parameters
    ----------
    epoch : mapping of str to object
        The epoch in the history of a net.
    n_epochs : int
        Maximum number of epochs of the fit.
    """
    names = [name for name in epoch if name not in _REPEATED and not name.endswith(_NOTES)]
    losses = [name for name in names if "loss" in name]
    scores = [name for name in names if name not in (*losses, *_LAST)]
    parts = [
        words
        for name in (*losses, *scores, *(name for name in _LAST if name in names))
        if (words := _value_in_words(name, epoch[name]))
    ]
    width = len(str(n_epochs))
    return "  ".join([f"epoch {epoch['epoch']:>{width}}/{n_epochs}", *parts])


def shown_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return recorded values by skorch's names."""
    return {"dur" if name == "seconds" else name: value for name, value in values.items()}


def _value_in_words(name: str, value: Any) -> str:
    """Return a value of an epoch with its name; skorch's events consist only of a name."""
    if name.startswith("event_"):
        return name.removeprefix("event_") if value else ""
    if not isinstance(value, Real) or isinstance(value, bool):
        return ""
    return f"{float(value):.2f} s" if name == "dur" else f"{name} {float(value):.4g}"


def last_line(training: Training, n_epochs: int, stopped_by_callback: bool) -> str:
    """Return the line that says why the training of a network ended, and which weights it keeps.

    Parameters
    ----------
    training : Training
        The finished training.
    n_epochs : int
        Maximum number of epochs of the fit.
    stopped_by_callback : bool
        Whether a callback stopped the training.
    """
    member = training.members[0]
    plan, watch, n_run = training.plans[0], member.watch, len(member.epochs)
    rule = plan.stopping
    kept = f"epoch {n_run}, the last one"
    if member.diverged:
        why = "loss or weights became infinite or NaN"
        kept = f"epoch {n_run - 1}" if n_run > 1 else "the start"
    elif member.time_over:
        why = "max_seconds was reached"
    elif stopped_by_callback:
        why = "a callback stopped it"
    elif n_run < n_epochs and rule is not None:
        why = f"{rule.monitored} has not improved for {max(1, rule.patience)} epochs"
    elif n_epochs == plan.max_epochs:
        why = "max_epochs was reached"
    else:
        why = "partial_fit trains for one epoch"
    if rule is not None and rule.restore_best_weights and watch and watch.best_epoch is not None:
        kept = f"epoch {watch.best_epoch + 1}, the best {rule.monitored}"
    return f"Stopped after epoch {n_run}/{n_epochs}: {why}. The weights are those of {kept}."
