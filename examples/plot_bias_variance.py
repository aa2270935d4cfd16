"""
Under- and overfitting
======================

A large training error (bias) asks for a larger network, a validation error far above it (variance)
for more data or regularization; so both are measured before anything is changed.

Handwritten digits. A network of four units is too small for all rows; a network of 256 units is too
flexible for 200 rows, and right for all of them. Below: the way from the first to the third by
adding units, and from the second to the third by adding rows.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import BiasVarianceDisplay, bias_variance_report

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("bias_variance.png")
UNITS = (1, 2, 4, 8, 16, 64, 256)
ROWS = (100, 200, 400, 800, 1797)


# %%
# Cross-validation gives both errors, their verdict, and advice in the parameters of the network.


def report(X, y, n_units, n_rows, max_epochs=40):
    """Return the report on a network of one hidden layer, on the first rows."""
    mlp = MLPClassifier(
        (n_units,),
        batch_size=32,
        learning_rate=3e-3,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return bias_variance_report(mlp, X[:n_rows], y[:n_rows], cv=folds)


def draw_errors(reports, label, ax):
    """Draw both errors against what was varied."""
    numbers = list(reports)
    train, validation = (
        [getattr(report, name) for report in reports.values()]
        for name in ("train_error", "validation_error")
    )
    ax.plot(numbers, train, "o-", color="#9ecae1", mec="black", label="train")
    ax.plot(numbers, validation, "s--", color="#3182bd", mec="black", label="validation")
    ax.fill_between(numbers, train, validation, color="0.9", label="generalization gap")
    ax.set(xscale="log", xlabel=label, ylabel="error rate", xticks=numbers, xticklabels=numbers)
    ax.minorticks_off()
    ax.legend()


def main(units=UNITS, rows=ROWS, **parameters):
    """Report on networks of all sizes and on all numbers of rows, save the picture."""
    X, y = load_digits(return_X_y=True)
    X = X / 16
    by_units = {n: report(X, y, n, rows[-1], **parameters) for n in units}
    by_rows = {n: report(X, y, units[-1], n, **parameters) for n in rows[:-1]}
    by_rows[rows[-1]] = by_units[units[-1]]
    chosen = {
        f"{units[2]} units, {rows[-1]} rows": by_units[units[2]],
        f"{units[-1]} units, {rows[1]} rows": by_rows[rows[1]],
        f"{units[-1]} units, {rows[-1]} rows": by_units[units[-1]],
    }
    figure = plt.figure(figsize=(12.5, 8), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(1.25, 1))
    for (name, found), ax in zip(chosen.items(), top.subplots(1, 3, sharey=True), strict=True):
        BiasVarianceDisplay.from_report(found, ax=ax)
        ax.set_xlim(right=2.2)
        ax.label_outer()
        for words in ax.texts:
            words.set_fontsize("x-small")
        ax.set_title(f"{name}\nverdict: {found.verdict}", fontsize="medium")
        print(f"{name}: {found.verdict}")
        for advice in found.advice[:3]:
            print(f"  {advice.code} {advice.action}")
    ax.set_ylim(-0.01, 1.4 * max(found.validation_errors.max() for found in chosen.values()))
    left, right = bottom.subplots(1, 2)
    draw_errors(by_units, f"units of the hidden layer ({rows[-1]} rows)", left)
    draw_errors(by_rows, f"rows ({units[-1]} units)", right)
    right.set_ylim(0, 1.1 * np.max([found.validation_error for found in by_rows.values()]))
    figure.savefig(PICTURE, dpi=120)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
