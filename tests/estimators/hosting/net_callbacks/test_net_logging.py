"""Callbacks of skorch that print, draw bars and write logs."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import (
    Callback,
    EpochScoring,
    EpochTimer,
    PrintLog,
    ProgressBar,
    TensorBoard,
)

from sklearn_deep import MLPClassifier
from sklearn_deep.stopping import EarlyStopping

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(20, 3)), np.arange(20) % 3
VALIDATION = {"X_val": rng.normal(size=(9, 3)), "y_val": np.arange(9) % 3}


def fitted(*callbacks, **params):
    params = {"max_epochs": 3, "batch_size": 8, "random_state": 0} | params
    return MLPClassifier((5,), net_callbacks=list(callbacks) or None, **params).fit(
        X, Y, **VALIDATION
    )


@pytest.mark.parametrize("batches", ["auto", "count", 5])
def test_a_progress_bar_counts_the_batches(batches, capsys):
    fitted(ProgressBar(batches_per_epoch=batches, detect_notebook=False))
    text = capsys.readouterr().err
    # The first bar of "count" does not know the total.
    assert ("0it [" in text) == (batches == "count")
    assert "/5 [" in text
    assert "/4 [" not in text


def test_a_progress_bar_of_augmented_rows_counts_them(capsys):
    bar = ProgressBar(batches_per_epoch="count", detect_notebook=False)
    fitted(bar, augmentation="gaussian")
    assert "/7 [" in capsys.readouterr().err


def test_a_progress_bar_shows_the_losses(capsys):
    class Shown(ProgressBar):
        def on_batch_end(self, net, **kwargs):
            super().on_batch_end(net, **kwargs)
            self.postfixes_ = [*getattr(self, "postfixes_", []), self._get_postfix_dict(net)]

    bar = Shown(detect_notebook=False)
    mlp = fitted(bar, max_epochs=1)
    names = [name for postfix in bar.postfixes_ for name in postfix]
    assert names == ["train_loss"] * 3 + ["valid_loss"] * 2
    batches = mlp.net_.history[0, "batches"]
    assert bar.postfixes_[0]["train_loss"] == batches[0]["train_loss"]


def told(capsys, *callbacks, **params):
    mlp = fitted(*callbacks, verbose=1, **params)
    return mlp, capsys.readouterr().out.splitlines()


def test_an_epoch_is_a_line_of_losses_then_scores_then_the_rate(capsys):
    scoring = EpochScoring("f1_macro", lower_is_better=False)
    mlp, (first, *_) = told(capsys, EpochTimer(), scoring, max_epochs=12)
    names = ["epoch", "loss", "val_loss", "accuracy", "val_accuracy", "f1_macro", "learning_rate"]
    words = first.split()
    assert words[:3] == ["epoch", "1/12", "loss"]
    assert [word for word in words if word in names] == names
    assert float(words[3]) == pytest.approx(mlp.history_["loss"][0], rel=1e-3)
    assert words[-1] == "s"
    assert "train_loss" not in first


@pytest.mark.parametrize("callbacks", [(), (EpochTimer(),)], ids=["none", "one"])
@pytest.mark.parametrize(
    ("params", "n", "why", "kept"),
    [
        ({"early_stopping": False}, 3, "max_epochs was reached", "epoch 3, the last one"),
        (
            {"early_stopping": EarlyStopping(patience=2, min_delta=9.0)},
            3,
            "val_loss has not improved for 2 epochs",
            "epoch 3, the last one",
        ),
        (
            {
                "early_stopping": EarlyStopping(
                    "loss", patience=4, min_delta=9.0, restore_best_weights=True
                )
            },
            5,
            "loss has not improved for 4 epochs",
            "epoch 1, the best loss",
        ),
        (
            {"early_stopping": EarlyStopping(patience=9, restore_best_weights=True)},
            4,
            "max_epochs was reached",
            "epoch 4, the best val_loss",
        ),
    ],
    ids=["all epochs", "stopped", "restored", "restored at the end"],
)
def test_the_last_line_says_why_it_ended_and_what_was_kept(callbacks, params, n, why, kept, capsys):
    epochs = 20 if "not improved" in why else n
    mlp, lines = told(capsys, *callbacks, max_epochs=epochs, learning_rate=0.01, **params)
    assert len(lines) == n + 1 == mlp.n_epochs_ + 1
    assert lines[-1] == f"Stopped after epoch {n}/{epochs}: {why}. The weights are those of {kept}."


def test_the_last_line_tells_of_divergence(capsys):
    with pytest.warns(ConvergenceWarning):
        mlp, lines = told(capsys, learning_rate=1e30, optimizer="sgd", max_epochs=20)
    assert mlp.diverged_
    assert "infinite or NaN" in lines[-1]
    assert len(lines) == mlp.n_epochs_ + 1


def test_the_last_line_tells_of_a_callback(capsys):
    class Ending(Callback):
        def on_epoch_end(self, net, **kwargs):
            raise KeyboardInterrupt

    _, lines = told(capsys, Ending(), early_stopping=None)
    assert lines[1:] == [
        "Stopped after epoch 1/3: a callback stopped it. The weights are those of epoch 1, the last one."
    ]


def test_a_call_of_partial_fit_is_one_epoch(capsys):
    MLPClassifier(verbose=1, random_state=0).partial_fit(X, Y, classes=[0, 1, 2])
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("epoch 1/1  loss")
    assert "1/1: partial_fit trains for one epoch." in last


def test_a_table_of_the_users_own_goes_where_it_says():
    lines = []
    mlp = fitted(PrintLog(sink=lines.append, keys_ignored="accuracy"))
    assert len(lines) == 2 + mlp.n_epochs_
    assert "train_loss" in lines[0]
    assert " accuracy" not in lines[0]


def test_tensorboard_gets_every_value_of_every_epoch(tmp_path):
    tensorboard = pytest.importorskip("torch.utils.tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    mlp = fitted(TensorBoard(tensorboard.SummaryWriter(tmp_path)))
    events = EventAccumulator(str(tmp_path)).Reload()
    for tag, name in {"Loss/train_loss": "loss", "Loss/valid_loss": "val_loss"}.items():
        written = events.Scalars(tag)
        assert [event.step for event in written] == [1, 2, 3]
        np.testing.assert_allclose([e.value for e in written], mlp.history_[name], rtol=1e-6)
    accuracy = [event.value for event in events.Scalars("val_accuracy")]
    np.testing.assert_allclose(accuracy, mlp.history_["val_accuracy"], rtol=1e-6)
