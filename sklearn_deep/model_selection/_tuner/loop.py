"""The loop of a tuner: diagnose, reduce bias or variance, diagnose again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from sklearn_deep.inspection import BiasVarianceReport
from sklearn_deep.model_selection._tuner.moves import Moves, Settings
from sklearn_deep.model_selection._tuner.scale import SCALE_CODES, scale_move
from sklearn_deep.model_selection._tuner.steps import TunerStep, TunerSteps
from sklearn_deep.model_selection._tuner.trials import Trial, Trials

# A gain below this fraction of the tolerance is ignored.
_SHARE = 0.1
_MOST_FAILURES = 2


class Tuning:
    """One run of a ``BiasVarianceTuner``.

    Parameters
    ----------
    tuner : BiasVarianceTuner
    trials : Trials
    moves : Moves
    """

    def __init__(self, tuner: Any, trials: Trials, moves: Moves) -> None:
        self.tuner, self.trials, self.moves = tuner, trials, moves
        self.steps = TunerSteps()
        self.margin = _SHARE * tuner.tolerance
        self.n_fits, self.n_failures = 0, 0
        self.phase = "bias"
        self._begin = perf_counter()

    def run(self) -> str:
        """Run the rounds, and return the reason why they ended."""
        self.best = self.present = self._first()
        if self._reason_to_stop() is None:
            self._bring_to_scale()
        while True:
            reason = self._reason_to_stop()
            if reason is not None:
                return reason
            candidates = self._candidates()
            if not candidates:
                return "no moves"
            self._round(candidates)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return perf_counter() - self._begin

    @property
    def _n_affordable(self) -> int:
        return (self.tuner.max_fits - self.n_fits) // self.trials.n_folds

    def _reason_to_stop(self) -> str | None:
        if self.present.report.verdict == "good":
            return "target"
        if self.trials.is_late:
            return "max_seconds"
        if self.n_failures == _MOST_FAILURES:
            return "no progress"
        return "max_fits" if self._n_affordable < 1 else None

    def _candidates(self) -> list[Settings]:
        """Return settings for the current phase, or for the other phase if there are none."""
        report, n = self.present.report, min(self.tuner.n_iter, self._n_affordable)
        phases = [p for p in (self.phase, _other(self.phase)) if p in report.verdict]
        for phase in phases:
            self.phase = phase
            candidates = self.moves(phase, self.present.settings, report, n)
            if candidates:
                return candidates
        return []

    def _first(self) -> Trial:
        start = perf_counter()
        trial = self.trials.first()
        self._record("start", "", "initial setting", {}, trial, True, 1, start)
        return trial

    def _bring_to_scale(self) -> None:
        """Insert a scaler before the network and normalize its target, if the report advises it."""
        start, before = perf_counter(), self.present
        base, move = scale_move(before, self.trials.data.params)
        if not move:
            return
        self.trials.base = base
        trials = self.trials([move])
        chosen = trials[0] if trials else before
        why = " ".join(a.problem for a in before.report.advice if a.code in SCALE_CODES)
        self._record(
            "scale", why, self._action(chosen.settings), move, chosen, bool(trials), 1, start
        )
        self.trials.base = chosen.base
        self.moves.estimator = chosen.base.estimator
        # Errors before scaling are not a baseline for the following rounds.
        self.best = self.present = chosen

    def _round(self, candidates: Sequence[Settings]) -> None:
        start, before = perf_counter(), self.present
        trials = self.trials(candidates)
        # If every candidate fails or is cut short, nothing changes.
        chosen = self._chosen(trials) if trials else before
        kept = self._serves(chosen)
        change = _change(before.settings, chosen.settings)
        why, action = _seen(self.phase, before.report), self._action(change)
        self._record(self.phase, why, action, change, chosen, kept, len(candidates), start)
        if kept:
            self._keep(chosen)
        else:
            self.n_failures += 1
            self.phase = _other(self.phase)

    def _keep(self, chosen: Trial) -> None:
        had_bias = "bias" in self.present.report.verdict
        self.present, self.n_failures = chosen, 0
        if chosen.report.validation_error < self.best.report.validation_error:
            self.best = chosen
        if not had_bias and "bias" in chosen.report.verdict:
            self.phase = "bias"

    def _chosen(self, trials: list[Trial]) -> Trial:
        return self._least_bias(trials) if self.phase == "bias" else self._least_variance(trials)

    def _serves(self, trial: Trial) -> bool:
        """Return whether a trial improves the criterion of the phase enough to be kept."""
        worth = _bias_worth if self.phase == "bias" else _validation_error
        gain = worth(self.present.report) - worth(trial.report)
        return gain > self.margin and (self.phase == "variance" or self._harmless(trial))

    def _harmless(self, trial: Trial) -> bool:
        """Return whether the validation error is at most the tolerance above the best one so far."""
        best = self.best.report
        return trial.report.validation_error <= best.validation_error + best.tolerance

    def _least_bias(self, trials: list[Trial]) -> Trial:
        return _least([t for t in trials if self._harmless(t)] or trials, _bias_worth)

    def _least_variance(self, trials: list[Trial]) -> Trial:
        without_bias = [t for t in trials if "bias" not in t.report.verdict]
        return _least(without_bias or trials, _validation_error)

    def _action(self, change: Settings) -> str:
        """Return the changes of a round, or why it has changed nothing."""
        nothing = "the time was over" if self.trials.is_late else "every candidate failed"
        return _words(change) or nothing

    def _record(
        self,
        phase: str,
        why: str,
        action: str,
        params: Settings,
        trial: Trial,
        kept: bool,
        n_candidates: int,
        start: float,
    ) -> None:
        report = trial.report
        step = TunerStep(
            len(self.steps),
            phase,
            why,
            action,
            params,
            report.train_error,
            report.validation_error,
            report.avoidable_bias,
            report.generalization_gap,
            report.verdict,
            kept,
            n_candidates,
            self.trials.n_begun,
            perf_counter() - start,
        )
        self.n_fits += step.n_fits
        self.steps.append(step)
        if self.tuner.verbose:
            print(_line(step))


def _other(phase: str) -> str:
    return "variance" if phase == "bias" else "bias"


def _validation_error(report: BiasVarianceReport) -> float:
    return report.validation_error


def _bias_worth(report: BiasVarianceReport) -> float:
    """Return the validation error plus the excess of the avoidable bias over the tolerance."""
    return report.validation_error + max(0.0, report.avoidable_bias - report.tolerance)


def _least(trials: list[Trial], worth: Callable[[BiasVarianceReport], float]) -> Trial:
    return min(trials, key=lambda trial: worth(trial.report))


def _seen(phase: str, report: BiasVarianceReport) -> str:
    if phase == "bias":
        return f"avoidable bias {report.avoidable_bias:.4g} > {report.tolerance:g}"
    return f"generalization gap {report.generalization_gap:.4g} > {report.tolerance:g}"


def _change(before: Settings, after: Settings) -> Settings:
    return {
        name: value for name, value in after.items() if name not in before or before[name] != value
    }


def _words(change: Settings) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in change.items())


def _line(step: TunerStep) -> str:
    why = f" ({step.why})" if step.why else ""
    end = "" if step.kept else "; discarded"
    return (
        f"Round {step.round}, {step.phase}{why}: {step.action}; train error {step.train_error:.4g}, "
        f"validation error {step.validation_error:.4g}, {step.verdict}{end}"
    )
