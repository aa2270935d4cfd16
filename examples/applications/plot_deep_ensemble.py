"""
Deep ensembles
==============

Networks that differ only in their random seed make different errors. Their average is more accurate than each of
them, and its probabilities are better calibrated. This page measures both, and shows what the spread of the
predictions means.
"""

# %%
# How many networks?
# ------------------
#
# :class:`~sklearn_deep.ensemble.DeepEnsembleClassifier` trains the networks together. ``predict_members`` returns the
# probabilities of each one, so we can average any number of them. We use 400 of scikit-learn's handwritten digits for
# training and the rest for testing.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, train_size=400, stratify=y, random_state=0)

mlp = MLPClassifier((64, 64), batch_size=32, max_epochs=30, early_stopping=False)
ensemble = DeepEnsembleClassifier(mlp, n_estimators=16, random_state=0).fit(X, y)
members = ensemble.predict_members(X_test)  # (n_networks, n_samples, n_classes)

# %%
# For each size, we average over many random subsets of the 16 networks.

rng = np.random.default_rng(0)
sizes = [1, 2, 4, 8, 16]
accuracy, loss = [], []
for size in sizes:
    subsets = [rng.choice(16, size, replace=False) for _ in range(50)]
    averages = [members[subset].mean(axis=0) for subset in subsets]
    accuracy.append(np.mean([np.mean(p.argmax(axis=1) == y_test) for p in averages]))
    loss.append(np.mean([log_loss(y_test, p) for p in averages]))
    print(f"{size:2} networks: accuracy {accuracy[-1]:.4f}, log loss {loss[-1]:.4f}")

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(sizes, accuracy, "o-")
ax.set(xscale="log", xlabel="networks in the ensemble", ylabel="test accuracy")
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.grid(color="0.9")

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(sizes, loss, "s--", color="C1")
ax.set(xscale="log", xlabel="networks in the ensemble", ylabel="test log loss")
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.grid(color="0.9")

# %%
# The accuracy rises from about 0.955 for one network to 0.962 for 16, and the log loss falls from about 0.166 to 0.143. Most of the
# gain comes from the first four networks.

# %%
# The spread of a regression
# --------------------------
#
# ``predict(X, return_std=True)`` of the regressor also returns the standard deviation of the networks' predictions. We
# train on samples with a gap between 4 and 7.

x = np.concatenate([rng.uniform(0, 4, 60), rng.uniform(7, 10, 60)])
target = np.sin(x) + rng.normal(0, 0.1, 120)
regressor = MLPRegressor(
    (64, 64), batch_size=32, learning_rate=1e-2, max_epochs=150, early_stopping=False
)
networks = DeepEnsembleRegressor(regressor, n_estimators=10, random_state=0)
networks.fit((x[:, None] - 5) / 3, target)

grid = np.linspace(-2, 12, 200)
mean, spread = networks.predict((grid[:, None] - 5) / 3, return_std=True)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(x, target, ".", color="0.3", label="training samples")
ax.plot(grid, np.sin(grid), ":", color="C1", lw=2, label="true function")
ax.plot(grid, mean, color="C0", label="mean of 10 networks")
ax.fill_between(
    grid, mean - 2 * spread, mean + 2 * spread, alpha=0.25, label="± 2 standard deviations"
)
ax.set(xlabel="x", ylabel="y", ylim=(-3, 3))
ax.legend(loc="upper left", ncols=2)

# sphinx_gallery_thumbnail_number = 3

# %%
# Where there are training samples, the networks agree. In the gap and outside, the band is wider, so the spread is a warning
# that samples are missing. But it is no guarantee: in the gap and on the right the true function is outside the band,
# because all networks continue in nearly the same way. The spread does not contain the noise of ``y`` either, so it is
# no prediction interval.
