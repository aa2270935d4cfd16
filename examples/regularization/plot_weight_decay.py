"""
Weight decay
============

Weight decay (L2 regularization) keeps the weights small, so that the network cannot memorize single samples.
Too little has no effect, and too much keeps the network from learning.
"""

# %%
# Digits with wrong labels
# ------------------------
#
# The penalty of a weight matrix W is λ/2·‖W‖², so its gradient is λ·W, and every step shrinks the weights by
# a small factor. To see an effect on an easy data set, we replace 30 % of the training labels by random
# digits. One in ten of these is right by chance, so about 73 % of the labels are right. The test
# labels are not changed.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import WeightImageDisplay

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, train_size=800, stratify=y, random_state=0)
rng = np.random.default_rng(0)
wrong = rng.random(800) < 0.3
y[wrong] = rng.integers(0, 10, wrong.sum())

# %%
# One network for each λ
# ----------------------

strengths = np.logspace(-5, -1, 9)
networks = [
    MLPClassifier(
        (64,),
        weight_decay=strength,
        batch_size=32,
        learning_rate=3e-3,
        schedule=None,
        max_epochs=60,
        early_stopping=False,
        random_state=0,
    ).fit(X, y)
    for strength in strengths
]

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
train = [network.score(X, y) for network in networks]
test = [network.score(X_test, y_test) for network in networks]
ax.plot(strengths, train, "o-", label="training samples, partly wrong labels")
ax.plot(strengths, test, "s--", label="test samples, right labels")
ax.axhline(0.73, color="0.3", ls=":", label="right labels in training")
ax.set(xscale="log", xlabel="λ (weight_decay)", ylabel="accuracy", ylim=(0, 1.02))
ax.legend(loc="lower left")

# sphinx_gallery_thumbnail_number = 1

best = int(np.argmax(test))
print(f"smallest λ: training {train[0]:.2f}, test {test[0]:.2f}")
print(f"λ = {strengths[best]:g}: training {train[best]:.2f}, test {test[best]:.2f}")

# %%
# With a small λ the network fits some of the wrong labels: the training accuracy is above the share of right labels,
# and the test accuracy is about 0.88. With λ = 0.01 it ignores them, and the test accuracy rises to about 0.93.
# With λ = 0.1 the weights are so small that the network cannot even learn the right labels.

# %%
# The norm of the weights
# -----------------------
#
# ``module_`` is a torch module, so its weights can be read directly.

norms = [
    [
        network.module_.hidden[0].linear.weight.norm().item(),
        network.module_.output.weight.norm().item(),
    ]
    for network in networks
]

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(strengths, norms, "o-", label=["first layer", "output layer"])
ax.lines[1].set(marker="s", linestyle="--")
ax.set(xscale="log", xlabel="λ (weight_decay)", ylabel="norm of the weights", ylim=(0, None))
ax.legend()

# %%
# The weights of the first layer
# ------------------------------
#
# Each image shows the weights of one hidden unit, at the pixels that they multiply. All pictures have the
# same color scale: dark is negative, light is positive.

pictured = {f"λ = {strengths[i]:g}": networks[i] for i in (0, best, 8)}
largest = max(n.module_.hidden[0].linear.weight.abs().max().item() for n in pictured.values())
for name, network in pictured.items():
    display = WeightImageDisplay.from_estimator(network, (8, 8), n_units=6, vmax=largest)
    display.figure_.suptitle(name)

# %%
# Without much weight decay the weights look like noise, because they fit single samples. With λ = 0.01 the weights of
# neighboring pixels are similar, and large weights are gone. With λ = 0.1 almost nothing is left.
