"""Dropout masks in a population are those of single fits; any difference would change scores."""

from sklearn_deep.training._data.draws import Draws
from tests._support.searches.small import X, Y, batched, loop, scores

SPACE = {"net__dropout": [0.2, 0.5]}
SETTINGS = {"space": SPACE, "n_iter": 2, "scoring": "neg_log_loss", "refit": False}


def test_leaving_out_one_mask_draw_changes_the_scores(monkeypatch):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")  # compiled code draws where it computes
    expected = scores(loop(**SETTINGS).fit(X, Y))
    assert scores(batched(**SETTINGS).fit(X, Y)) == expected
    blocks, previous = Draws.blocks, []

    def with_one_left_out(self, epoch, batch):
        drawn = [block.clone() for block in blocks(self, epoch, batch)]
        if (epoch, batch) == (1, 0):
            return previous[0]
        previous.append(drawn)
        return drawn

    monkeypatch.setattr(Draws, "blocks", with_one_left_out)
    changed = scores(batched(**SETTINGS).fit(X, Y))
    for i in range(3):
        name = f"split{i}_test_score"
        assert all(a != b for a, b in zip(changed[name], expected[name], strict=True))
