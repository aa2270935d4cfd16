"""Report on bias and variance, with advice."""

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
    """Result of ``bias_variance_report``; prints as a table.

    Parameters
    ----------
    train_errors : ndarray of shape (n_folds,)
        Error of each fold on the samples it was trained on, in evaluation mode.
    validation_errors : ndarray of shape (n_folds,)
        Error of each fold on the samples it was not trained on.
    bayes_error : float
        Lowest error that any model can reach.
    tolerance : float
        Avoidable bias and generalization gap that are accepted, in units of the error.
    error_name : str, default="error rate"
        Name of the error.
    advice : tuple of Advice
        Recommended changes: first about features and targets that are not scaled (independent of the
        verdict), then about bias, then about variance; those with the strongest evidence first.
    notes : tuple of str
        Reasons why the verdict may be uncertain.
    facts : TrainingFacts
        Summary of the training of networks, one value per fold; empty for other estimators.
    fit_seconds : ndarray of shape (n_folds,) or None, default=None
        Duration of each fit in seconds.
    prefix : str, default=""
        Prefix of the parameters of the innermost estimator, such as ``"mlp__"``.
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
        """Return a report on fits made by ``cross_validate``.

        Parameters
        ----------
        estimator : estimator
            Estimator that was passed to ``cross_validate``.
        results : dict
            Result of ``cross_validate(..., return_train_score=True)``. With ``return_estimator=True``, the
            advice also uses the training history of networks.
        X, y : array-like, default=None
            Samples and targets passed to ``cross_validate``. ``bayes_error="1nn"`` requires both; y is
            also used to check the scale of the target.
        scoring : str, callable or None, default=None
            Score from which errors are computed. It must be the one passed to ``cross_validate``.
        bayes_error : float or "1nn", default=0.0
            Lowest error that any model can reach. See ``bias_variance_report``. "1nn" requires
            ``return_estimator=True`` and ``return_indices=True``.
        tolerance : float >= 0, default=0.02
            Avoidable bias and generalization gap that are accepted, in units of the error.

        Returns
        -------
        BiasVarianceReport
            Errors, verdict and advice.

        Raises
        ------
        ValueError
            If ``results`` is incomplete, a score is NaN, or a parameter is out of range.
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
        """Train error, averaged over the folds."""
        return float(np.mean(self.train_errors))

    @property
    def validation_error(self) -> float:
        """Validation error, averaged over the folds."""
        return float(np.mean(self.validation_errors))

    @property
    def train_error_std(self) -> float:
        """Standard deviation of the train error over the folds."""
        return float(np.std(self.train_errors))

    @property
    def validation_error_std(self) -> float:
        """Standard deviation of the validation error over the folds."""
        return float(np.std(self.validation_errors))

    @property
    def avoidable_bias(self) -> float:
        """Train error minus Bayes error, or 0 if that is negative."""
        return avoidable_bias(self.train_error, self.bayes_error)

    @property
    def generalization_gap(self) -> float:
        """Validation error minus train error; may be negative."""
        return self.validation_error - self.train_error

    @property
    def verdict(self) -> str:
        """Diagnosis: "good", "bias", "variance" or "bias and variance"."""
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
    """Diagnose whether an estimator suffers from bias or variance, and recommend changes.

    ::

        avoidable bias     = train error − Bayes error      > tolerance: bias
        generalization gap = validation error − train error > tolerance: variance

    The train error is computed from predictions of the fitted model for its training samples, that is
    without dropout, noise and penalties.

    Parameters
    ----------
    estimator : estimator
        Classifier or regressor with scikit-learn's interface: a network, a pipeline, a search.
    X : array-like of shape (n_samples, n_features)
        Samples, in any form that the estimator accepts.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Class labels or target values.
    cv : int, splitter or iterable of (train, validation), default=5
        Cross-validation folds. See ``cross_validate``.
    scoring : str, callable or None, default=None
        Score from which errors are computed. None means the accuracy for classifiers (the error is the error
        rate, 1 − accuracy) and R² for regressors (1 − R²). For scores of scikit-learn whose best value is 1
        (accuracy, F1, ROC AUC, R², …) the error is 1 − score; for ``neg_…`` scores it is minus the score.
        For other scorers the best value is unknown and the error is minus the score; set ``bayes_error`` to
        minus the best value.
    bayes_error : float or "1nn", default=0.0
        Lowest error that any model can reach. Examples are a known noise level or human performance. "1nn"
        estimates it as half the error rate of the nearest neighbor, on the same folds and on the input of
        the last step of a pipeline. This is a lower bound of the Bayes error if the number of samples is
        large. If neighbors are far away (many features, few samples, unscaled features), the estimate is
        too high, and the bias then looks smaller than it is.
    tolerance : float >= 0, default=0.02
        Avoidable bias and generalization gap that are accepted, in units of the error.
    n_jobs : int or None, default=None
        Number of folds fitted at the same time, by joblib.

    Returns
    -------
    BiasVarianceReport
        Errors, verdict, and advice in terms of the estimator's parameters.

    Raises
    ------
    TypeError
        If the estimator has no fit or predict, y is None, or ``scoring`` is not a scorer.
    ValueError
        If a training part has only one class, a score is NaN, or a parameter is out of range.

    Warns
    -----
    ScaleWarning, ConvergenceWarning
        Warnings of the fits, one for each kind, with the number of folds concerned.

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
                f"no {method}. Put transformers into a Pipeline that ends in a classifier or regressor."
            )
    if y is None:
        raise TypeError(f"{owner} requires y to compute the errors of predictions.")


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
    """Raise an error unless the tolerance is a number >= 0."""
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
            f"({report.train_error:.4g}), so the avoidable bias is set to 0. The model fits noise of the "
            "training samples, or the Bayes error is set too high."
        )
    if report.validation_error_std > report.tolerance:
        notes.append(
            f"The validation error varies between folds by ±{report.validation_error_std:.2g}, which is more "
            "than the tolerance, so the verdict may change with other folds."
        )
    if scale.best is None:
        notes.append(
            "The highest possible score is unknown, so errors are minus the score, and bayes_error must be "
            "set to minus the best score."
        )
    return notes
