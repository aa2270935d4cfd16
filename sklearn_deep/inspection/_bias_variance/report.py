"""Bias or variance? What cross-validation found, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np

from sklearn_deep._shared import html_list, html_table, text_table
from sklearn_deep.inspection._bias_variance.bayes_error import bayes_error_of, check_bayes_error
from sklearn_deep.inspection._bias_variance.bias_advice import bias_advice
from sklearn_deep.inspection._bias_variance.error_scale import ErrorScale, error_scale
from sklearn_deep.inspection._bias_variance.folds import Folds, Split, fit_folds, scored_folds
from sklearn_deep.inspection._bias_variance.scale_advice import scale_advice
from sklearn_deep.inspection._bias_variance.training_facts import TrainingFacts, facts_of
from sklearn_deep.inspection._bias_variance.variance_advice import variance_advice
from sklearn_deep.inspection._bias_variance.verdict import avoidable_bias, verdict_of
from sklearn_deep.inspection._common import Advice, Learner, learner_of


@dataclass(frozen=True, eq=False, repr=False)
class BiasVarianceReport:
    """What ``bias_variance_report`` found; prints as a table.

    Parameters
    ----------
    train_errors : ndarray of shape (n_folds,)
        Error of each fold on the samples it was trained on, in evaluation mode.
    validation_errors : ndarray of shape (n_folds,)
        Error of each fold on the samples it was not trained on.
    bayes_error : float
        Error that no model can undercut.
    tolerance : float
        What an error may exceed the one before it by.
    error_name : str, default="error rate"
        What the error is.
    advice : tuple of Advice
        What to do, the best founded first: about features and targets that are off scale, whatever the
        verdict, then about bias, then about variance.
    notes : tuple of str
        What makes the verdict less than certain.
    facts : TrainingFacts
        How the networks trained, one value a fold; empty for other estimators.
    fit_seconds : ndarray of shape (n_folds,) or None, default=None
        Time of each fit.
    prefix : str, default=""
        What leads to the parameters of the part that learns, such as ``"mlp__"``.
    """

    train_errors: np.ndarray
    validation_errors: np.ndarray
    bayes_error: float = 0.0
    tolerance: float = 0.02
    error_name: str = "error rate"
    advice: tuple[Advice, ...] = ()
    notes: tuple[str, ...] = ()
    facts: TrainingFacts = field(default_factory=TrainingFacts)
    fit_seconds: np.ndarray | None = None
    prefix: str = ""

    @classmethod
    def from_cross_validate(
        cls,
        estimator: Any,
        results: Mapping[str, Any],
        X: Any = None,
        y: Any = None,
        *,
        scoring: Any = None,
        bayes_error: float | str = 0.0,
        tolerance: float = 0.02,
    ) -> BiasVarianceReport:
        """Report on fits that are made already.

        Parameters
        ----------
        estimator : estimator
            What was fitted on each fold, as it was given.
        results : dict
            What ``cross_validate(..., return_train_score=True)`` returned. With
            ``return_estimator=True`` too, the course of training counts in the advice.
        X, y : array-like, default=None
            What it was fitted on: ``bayes_error="1nn"`` needs both, and a target that is off scale is
            found in y.
        scoring : str, callable or None, default=None
            What ``cross_validate`` was given.
        bayes_error : float or "1nn", default=0.0
            As in ``bias_variance_report``; "1nn" needs ``return_estimator=True`` and
            ``return_indices=True``.
        tolerance : float >= 0, default=0.02
            As in ``bias_variance_report``.

        Returns
        -------
        BiasVarianceReport

        Raises
        ------
        ValueError
            If ``results`` lacks what is needed, a score is NaN, or a parameter is out of range.
        """
        _check_results(results, bayes_error == "1nn")
        check_tolerance(tolerance)
        scale = error_scale(estimator, scoring)
        check_bayes_error(bayes_error, scale)
        folds = scored_folds(results, scale, _splits_of(results))
        learner = learner_of(estimator, folds.estimators)
        least = bayes_error_of(bayes_error, folds, X, y)
        return _reported(learner, folds, scale, least, tolerance, y)

    @property
    def train_error(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.train_errors))

    @property
    def validation_error(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.validation_errors))

    @property
    def train_error_std(self) -> float:
        """Standard deviation over the folds."""
        return float(np.std(self.train_errors))

    @property
    def validation_error_std(self) -> float:
        """Standard deviation over the folds."""
        return float(np.std(self.validation_errors))

    @property
    def avoidable_bias(self) -> float:
        """Train error minus Bayes error, 0 where that is negative."""
        return avoidable_bias(self.train_error, self.bayes_error)

    @property
    def generalization_gap(self) -> float:
        """Validation error minus train error; may be negative."""
        return self.validation_error - self.train_error

    @property
    def verdict(self) -> str:
        """Which of the two exceed the tolerance: "good", "bias", "variance", "bias and variance"."""
        return verdict_of(self.train_error, self.validation_error, self.bayes_error, self.tolerance)

    def _rows(self) -> list[list[str]]:
        spread = f"± over {len(self.train_errors)} folds"
        return [
            [self.error_name, "mean", spread, "excess over the line above"],
            ["Bayes", f"{self.bayes_error:.4g}", "", ""],
            [
                "train",
                f"{self.train_error:.4g}",
                f"{self.train_error_std:.2g}",
                f"avoidable bias {self._judged(self.avoidable_bias)}",
            ],
            [
                "validation",
                f"{self.validation_error:.4g}",
                f"{self.validation_error_std:.2g}",
                f"generalization gap {self._judged(self.generalization_gap)}",
            ],
        ]

    def _judged(self, excess: float) -> str:
        sign = ">" if verdict_of(excess, excess, 0.0, self.tolerance) != "good" else "≤"
        return f"{excess:.4g} {sign} {self.tolerance:g}"

    def _remarks(self) -> list[str]:
        said = [f"{a.code} {a.problem} {a.action}" for a in self.advice]
        return [*said, *(f"Note: {note}" for note in self.notes)]

    def __repr__(self) -> str:
        return "\n".join([f"Verdict: {self.verdict}", *text_table(self._rows()), *self._remarks()])

    def _repr_html_(self) -> str:
        remarks = html_list(self._remarks())
        return f"<p>Verdict: <b>{self.verdict}</b></p>{html_table(self._rows())}{remarks}"


def bias_variance_report(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    cv: Any = 5,
    scoring: Any = None,
    bayes_error: float | str = 0.0,
    tolerance: float = 0.02,
    n_jobs: int | None = None,
) -> BiasVarianceReport:
    """Say whether an estimator suffers from bias or variance, and what to do about it.

    ::

        avoidable bias     = train error − Bayes error      > tolerance: bias
        generalization gap = validation error − train error > tolerance: variance

    The train error is that of the fitted model on its own training samples as it predicts: no dropout,
    no noise, no penalty in it.

    Parameters
    ----------
    estimator : estimator
        Any classifier or regressor of scikit-learn's interface: a pipeline, a search, a network.
    X : array-like of shape (n_samples, n_features)
        Samples; whatever the estimator takes.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Targets.
    cv : int, splitter or iterable of (train, validation), default=5
        Folds, as in ``cross_validate``.
    scoring : str, callable or None, default=None
        None: the error rate of classifiers (1 − accuracy), 1 − R² of regressors. With a score of
        scikit-learn whose best value is 1 (accuracy, F1, ROC AUC, R², …) the error is 1 − score; with
        ``neg_…`` it is minus the score. With a scorer of your own the best value is unknown and the
        error is minus the score: give ``bayes_error`` as minus its best value.
    bayes_error : float or "1nn", default=0.0
        Error that no model can undercut: a known noise level, human performance. "1nn" takes half the
        error rate of the nearest neighbor, over the same folds, on what the last step of a pipeline is
        given. That is a lower bound of the Bayes error as the number of samples grows. With the data at
        hand it promises nothing: where neighbors are far (many features, few samples, unscaled
        features) it is too high, and the bias then looks smaller than it is.
    tolerance : float >= 0, default=0.02
        What is let pass, in the unit of the error.
    n_jobs : int or None, default=None
        Folds fitted at a time, by joblib.

    Returns
    -------
    BiasVarianceReport
        Errors, verdict, and advice in terms of the estimator's own parameters.

    Raises
    ------
    TypeError
        If the estimator cannot fit and predict, y is missing, or ``scoring`` is no scorer.
    ValueError
        If a training part has a single class, a score is NaN, or a parameter is out of range.

    Warns
    -----
    ScaleWarning, ConvergenceWarning
        Those of the fits, once for each kind, with the number of folds that are concerned.

    See Also
    --------
    BiasVarianceDisplay : Draws the report.

    References
    ----------
    Cover and Hart, "Nearest neighbor pattern classification", 1967: the error of the nearest neighbor
    tends to at most twice the Bayes error.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from sklearn_deep.inspection import bias_variance_report
    >>> X, y = load_wine(return_X_y=True)
    >>> report = bias_variance_report(DecisionTreeClassifier(random_state=0), X, y)
    >>> report.verdict, report.train_error
    ('variance', 0.0)
    >>> print(report.advice[1].action)
    Set ccp_alpha=0.001 (now 0.0).
    """
    _check(estimator, y)
    check_tolerance(tolerance)
    scale = error_scale(estimator, scoring)
    check_bayes_error(bayes_error, scale)
    folds = fit_folds(estimator, X, y, scale, cv, n_jobs)
    least = bayes_error_of(bayes_error, folds, X, y)
    return _reported(learner_of(estimator, folds.estimators), folds, scale, least, tolerance, y)


def _check(estimator: Any, y: Any) -> None:
    owner, name = "bias_variance_report", type(estimator).__name__
    if isinstance(estimator, type):
        raise TypeError(f"estimator of {owner} must be an instance. Write {estimator.__name__}().")
    for method in ("fit", "predict"):
        if not hasattr(estimator, method):
            raise TypeError(
                f"estimator of {owner} must be a classifier or regressor with fit and predict; {name} has "
                f"no {method}. Put transformers into a Pipeline with what predicts."
            )
    if y is None:
        raise TypeError(f"{owner} needs y: errors are those of predictions of it.")


def _check_results(results: Mapping[str, Any], neighbors: bool) -> None:
    needed = {"train_score": "return_train_score=True and one scoring"}
    if neighbors:
        needed |= {"estimator": "return_estimator=True", "indices": "return_indices=True"}
    for name, how in needed.items():
        if name not in results:
            raise ValueError(
                f"results of BiasVarianceReport.from_cross_validate must have {name!r}. Call "
                f"cross_validate with {how}."
            )


def _splits_of(results: Mapping[str, Any]) -> list[Split]:
    indices = results.get("indices", {"train": (), "test": ()})
    return list(zip(indices["train"], indices["test"], strict=True))


def check_tolerance(tolerance: Any) -> None:
    """Raise where the tolerance is no number >= 0."""
    number = isinstance(tolerance, Real) and not isinstance(tolerance, bool)
    if not number or not 0 <= float(tolerance) < np.inf:
        raise ValueError(
            f"tolerance of bias_variance_report must be a number >= 0, got {tolerance!r}."
        )


def _reported(
    learner: Learner,
    folds: Folds,
    scale: ErrorScale,
    bayes_error: float,
    tolerance: float,
    y: Any,
) -> BiasVarianceReport:
    facts = facts_of(learner.fitted)
    measured = BiasVarianceReport(
        folds.train_errors, folds.validation_errors, bayes_error, float(tolerance), scale.name
    )
    found: list[Advice] = [*scale_advice(learner, y)]
    if "bias" in measured.verdict:
        found += bias_advice(learner, facts)
    if "variance" in measured.verdict:
        found += variance_advice(learner)
    return BiasVarianceReport(
        measured.train_errors,
        measured.validation_errors,
        bayes_error,
        measured.tolerance,
        scale.name,
        tuple(found),
        tuple(_notes(measured, scale)),
        facts,
        folds.fit_seconds,
        learner.prefix,
    )


def _notes(report: BiasVarianceReport, scale: ErrorScale) -> list[str]:
    notes = []
    if report.bayes_error > report.train_error:
        notes.append(
            f"The Bayes error ({report.bayes_error:.4g}) is above the train error "
            f"({report.train_error:.4g}), so the avoidable bias counts as 0: the model fits noise of its "
            "training samples, or the Bayes error is set too high."
        )
    if report.validation_error_std > report.tolerance:
        notes.append(
            f"The validation error differs between folds by ±{report.validation_error_std:.2g}, more "
            "than the tolerance: the verdict may change with other folds."
        )
    if scale.best is None:
        notes.append(
            "The greatest possible score is not known, so errors are minus the score, and bayes_error "
            "must be given as minus the best score."
        )
    return notes
