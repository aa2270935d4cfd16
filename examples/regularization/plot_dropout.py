"""
Dropout
=======

Dropout sets randomly chosen units to zero in every training step. No unit can rely on another one, so the
network memorizes less and generalizes better. This page shows how the rate changes the accuracy.
"""

# %%
# Digits with wrong labels
# ------------------------
#
# We replace 30 % of the training labels by random digits, so about 73 % of the labels are right. A network of
# two layers with 128 units is large enough to memorize the wrong ones. The test labels are not changed.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sklearn_deep import MLPClassifier

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, train_size=800, stratify=y, random_state=0)
rng = np.random.default_rng(0)
wrong = rng.random(800) < 0.3
y[wrong] = rng.integers(0, 10, wrong.sum())

# %%
# Accuracy against the rate
# -------------------------
#
# ``dropout`` is the probability of dropping a unit of a hidden layer. The remaining units are scaled up, and
# predictions use all units. We train three networks per rate, which differ in their random seed.
# ``history_`` also records the accuracy on ``X_val`` after each epoch.

rates = [0.0, 0.2, 0.4, 0.6, 0.7, 0.8]
networks = {
    rate: [
        MLPClassifier(
            (128, 128),
            dropout=rate,
            batch_size=32,
            max_epochs=50,
            early_stopping=False,
            random_state=seed,
        ).fit(X, y, X_val=X_test, y_val=y_test)
        for seed in range(3)
    ]
    for rate in rates
}
train = np.array([[n.score(X, y) for n in networks[rate]] for rate in rates])
test = np.array([[n.score(X_test, y_test) for n in networks[rate]] for rate in rates])

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for values, style, name in ((train, "o-", "training samples"), (test, "s--", "test samples")):
    ax.plot(rates, values.mean(axis=1), style, label=name)
    ax.fill_between(rates, values.min(axis=1), values.max(axis=1), alpha=0.25)
ax.axhline(0.73, color="0.3", ls=":", label="right labels in training")
ax.set(xlabel="dropout rate", ylabel="accuracy", ylim=(0.6, 1.02))
ax.legend(loc="lower left")

# sphinx_gallery_thumbnail_number = 1

for rate, values in zip(rates, test, strict=True):
    print(
        f"rate {rate:.1f}: test accuracy {values.mean():.3f} (from {values.min():.3f} to {values.max():.3f})"
    )

# %%
# Without dropout the network memorizes: the training accuracy is near 1, although 27 % of the labels are wrong, and the
# test accuracy is only about 0.80. With a rate of 0.7 the training accuracy is close to the share of right
# labels, and the test accuracy rises to about 0.94. At 0.8 too few units remain. Such a high rate is best
# here because many labels are wrong. 0.1 to 0.5 are usual values.

# %%
# Accuracy during training
# ------------------------

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for rate, style in ((0.0, "-"), (0.6, "--"), (0.8, ":")):
    ax.plot(networks[rate][0].history_["val_accuracy"], style, lw=2, label=f"rate {rate}")
ax.set(xlabel="epoch", ylabel="test accuracy", ylim=(0.6, 1.02))
ax.legend(loc="lower left")

# %%
# Without dropout the test accuracy is best in the first epochs and then falls, as the network memorizes wrong labels. With
# a rate of 0.6 it stays high. With 0.8 training is slower.
