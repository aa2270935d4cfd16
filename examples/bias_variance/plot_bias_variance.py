"""
Diagnosing bias and variance
============================

A high training error (bias) calls for a more flexible model. A validation error far above the training error
(variance) calls for more data or regularization. Measure both before you change anything.
"""

# %%
# Three networks
# --------------
#
# Handwritten digits. A hidden layer of 4 units is too small for the task, and 256 units are too flexible for
# 200 samples. 256 units suit all 1,797 samples. ``bias_variance_report`` cross-validates each network, names
# the problem, and gives advice in the parameters of the estimator.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import shuffle

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import BiasVarianceDisplay, bias_variance_report

X, y = shuffle(*load_digits(return_X_y=True), random_state=0)
X = X / 16
folds = StratifiedKFold(5, shuffle=True, random_state=0)


def report(n_units, n_samples):
    """Cross-validate a network of one hidden layer on the first samples."""
    mlp = MLPClassifier(
        (n_units,),
        batch_size=32,
        learning_rate=3e-3,
        max_epochs=25,
        early_stopping=False,
        random_state=0,
    )
    return bias_variance_report(mlp, X[:n_samples], y[:n_samples], cv=folds, tolerance=0.03)


small = report(n_units=4, n_samples=1797)
flexible = report(n_units=256, n_samples=200)
suitable = report(n_units=256, n_samples=1797)

# %%
# High bias
# ---------

BiasVarianceDisplay.from_report(small)

for advice in small.advice[:3]:
    print(advice.code, advice.action)

# %%
# The training error of the network with 4 units is almost as high as its validation error. More data would
# not help, so the advice is to make the network more flexible.

# %%
# High variance
# -------------

BiasVarianceDisplay.from_report(flexible)

for advice in flexible.advice[:3]:
    print(advice.code, advice.action)

# %%
# The network with 256 units learns all training samples of its 200 without error, but not the
# validation samples. The advice is more data or regularization.

# %%
# Neither
# -------

BiasVarianceDisplay.from_report(suitable)

# %%
# Adding units, adding samples
# ----------------------------
#
# The same two errors when one number changes: the number of units with all samples, and the number of samples
# with 256 units.

by_units = {n: report(n, 1797) for n in (1, 2, 8, 16, 64)} | {4: small, 256: suitable}
by_samples = {n: report(256, n) for n in (100, 400, 800)} | {200: flexible, 1797: suitable}

for found, label in ((by_units, "units of the hidden layer"), (by_samples, "samples")):
    numbers = sorted(found)
    train = [found[n].train_error for n in numbers]
    validation = [found[n].validation_error for n in numbers]
    figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    ax.plot(numbers, train, "o-", label="training")
    ax.plot(numbers, validation, "s--", label="validation")
    ax.fill_between(numbers, train, validation, color="0.9", label="generalization gap")
    ax.set(xscale="log", xlabel=label, ylabel="error (1 − accuracy)", ylim=(0, None))
    ax.set_xticks(numbers, numbers)
    ax.minorticks_off()
    ax.legend()

# sphinx_gallery_thumbnail_number = 4

# %%
# More units reduce both errors until about 64. From there on the training error is zero, and only the gap remains. More
# samples reduce the gap, from about 0.1 with 200 samples to 0.02 with all, while the training error stays at zero.
#
# :class:`~sklearn_deep.model_selection.BiasVarianceTuner` repeats these two steps automatically: it measures, follows the
# advice, and measures again.
