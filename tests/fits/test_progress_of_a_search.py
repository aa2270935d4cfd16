"""The progress bar of a search: when it appears and how often it writes."""

import io
import re
import sys

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from sklearn_deep import MLPClassifier
from sklearn_deep._fits import progress as _progress
from sklearn_deep._fits.progress import SELDOM, Progress
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)), np.arange(40) % 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(_progress, "time", clock)
    return clock


def searched(verbose=1, estimator=None, **settings):
    mlp = MLPClassifier((3,), max_epochs=2, random_state=0)
    return BatchedRandomizedSearchCV(
        mlp if estimator is None else estimator,
        {"learning_rate": [0.1, 0.2, 0.3, 0.4]} if estimator is None else {"strategy": ["prior"]},
        cv=2,
        random_state=0,
        verbose=verbose,
        **{"n_iter": 4} | settings,
    ).fit(X, Y)


def test_the_bar_appears_with_its_first_total(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    progress = Progress(True)
    progress.expect(0)
    assert terminal.getvalue() == ""
    progress.expect(300)
    assert "0.00/300" in terminal.getvalue()
    progress.close()


def test_nothing_is_shown_unless_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    searched(verbose=0)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("seconds", [1.0, 7.0, 45.0, 100.0])
def test_a_log_gets_at_most_a_line_in_half_a_minute(seconds, clock, capsys):
    progress = Progress(True)
    progress.expect(1000)
    for _ in range(1000):
        clock.now += seconds / 10
        progress.go_on(1)
        progress.note("best score 0.5")
    progress.finish(1000)
    progress.close()
    lines = capsys.readouterr().err.splitlines()
    assert 1 <= len(lines) <= 1000 * seconds / 10 / SELDOM + 1
    assert all("\r" not in line and "best score 0.5" in line for line in lines)


def test_a_short_search_writes_one_line_to_a_log(capsys):
    searched()
    found = capsys.readouterr()
    assert found.out == "Fitting 2 folds for each of 4 candidates, totalling 8 fits\n"
    assert len(found.err.splitlines()) == 1
    assert re.search(r"16\.0/16\.0 .*best score", found.err)


@pytest.mark.parametrize("settings", [{}, {"n_stages": 2}, {"min_epochs": 1}])
def test_the_bar_does_not_mix_into_other_lines(settings, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(sys, "stdout", terminal)
    searched(**settings)
    lines = [line.rpartition("\r")[2] for line in terminal.getvalue().split("\n")]
    said = [line for line in lines if "Fitting" in line]
    assert len(said) == settings.get("n_stages", 1)
    assert all(line.startswith("Fitting 2 folds") and line.endswith("fits") for line in said)


def test_fits_that_print_find_an_empty_line(monkeypatch):
    class Talking(DummyClassifier):
        def fit(self, X, y):
            print("fitting myself")
            return super().fit(X, y)

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(sys, "stdout", terminal)
    searched(estimator=Talking(), n_iter=1)
    lines = [line.rpartition("\r")[2] for line in terminal.getvalue().split("\n")]
    assert lines.count("fitting myself") == 3
