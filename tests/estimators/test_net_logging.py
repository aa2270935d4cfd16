"""Callbacks of skorch that print, draw bars and write logs."""

import numpy as np
import pytest
from skorch.callbacks import EpochTimer, PrintLog, ProgressBar, TensorBoard

from sklearn_deep import MLPClassifier

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(20, 3)), np.arange(20) % 3
VALIDATION = {"X_val": rng.normal(size=(9, 3)), "y_val": np.arange(9) % 3}


def fitted(*callbacks, **params):
    params = {"max_epochs": 3, "batch_size": 8, "random_state": 0} | params
    return MLPClassifier((5,), net_callbacks=list(callbacks), **params).fit(X, Y, **VALIDATION)


@pytest.mark.parametrize("batches", ["auto", "count", 5])
def test_a_progress_bar_counts_the_batches(batches, capsys):
    fitted(ProgressBar(batches_per_epoch=batches, detect_notebook=False))
    text = capsys.readouterr().err
    # The first bar of "count" does not know how many there will be.
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


def test_a_table_has_a_line_an_epoch_and_no_column_twice(capsys):
    fitted(EpochTimer(), verbose=1)
    header, _, *rows = capsys.readouterr().out.splitlines()
    names = ["epoch", "accuracy", "learning_rate", "loss", "val_accuracy", "val_loss", "dur"]
    assert header.split() == names
    assert len(rows) == 3


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
