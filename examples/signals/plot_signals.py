"""
Vanishing and exploding signals in a deep network
=================================================

A deep network can only be trained if its initial weights neither shrink nor amplify the signals from
layer to layer, forward and backward. This page compares four initializations of the same network with
20 hidden layers, before and after training.
"""

# %%
# The variance of the initial weights
# -----------------------------------
#
# With ReLU, a layer of n units whose weights have variance v multiplies the mean square of its input by
# about n·v/2. He's initialization, v = 2/n, keeps it constant. LeCun's, v = 1/n, halves it, and v = 4/n
# doubles it: over 20 layers that is a factor of a million. The slope of the logistic function is at most
# 1/4, so with logistic units the gradient shrinks with any of the usual variances.
#
# The data are scikit-learn's handwritten digits, standardized.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

from sklearn_deep import MLPClassifier
from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.inspection import SignalPropagationDisplay

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(scale(X), y, stratify=y, random_state=0)

initializations = {
    "ReLU, v = 2/n (default)": {"activation": "relu", "init": "auto"},
    "ReLU, v = 1/n (LeCun)": {"activation": "relu", "init": "lecun_normal"},
    "ReLU, v = 4/n": {"activation": "relu", "init": VarianceScaling(scale=4.0)},
    "logistic, v = 1/n (Glorot)": {"activation": "logistic", "init": "glorot_normal"},
}
networks = {
    name: MLPClassifier(
        (64,) * 20,
        optimizer="sgd",
        learning_rate=3e-3,
        batch_size=64,
        max_epochs=20,
        early_stopping=False,
        random_state=0,
        **parameters,
    )
    for name, parameters in initializations.items()
}

# %%
# Signals before training
# -----------------------
#
# ``SignalPropagationDisplay`` sends the samples through the untrained network. It shows the mean square of
# the pre-activations z in each layer, and of the gradients of the loss J with respect to them, each
# relative to the value at which it starts: the first layer for signals, the last one for gradients.

for name, network in networks.items():
    figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    display = SignalPropagationDisplay.from_estimator(network, X, y, ax=ax)
    ax.set_title(f"{name}\n{ax.get_title()}")

# %%
# The default keeps both within a factor of ten over all layers. With half of its variance both vanish, with twice its
# variance both explode. The logistic network passes signals on, but its gradient loses a constant factor
# in each layer, so the first layers receive almost none of it.

# %%
# Training
# --------
#
# Plain gradient descent shows best what the weights pass on. Adam divides each gradient by its size, and so
# makes up for some of what is lost. A fit that diverges is a result here, so we silence the warning.

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for (name, network), style in zip(networks.items(), ("-", "--", ":", "-."), strict=True):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(X, y)
    result = "diverged" if network.diverged_ else f"accuracy {network.score(X_test, y_test):.2f}"
    ax.plot(network.history_["loss"], style, lw=2, label=f"{name}: {result}")
ax.set(xlabel="epoch", ylabel="training loss", ylim=(0, 3.6), xticks=range(0, 20, 5))
ax.legend(loc="upper right", fontsize="small")

# sphinx_gallery_thumbnail_number = 5

# %%
# Only the first network learns the digits: the legend shows the accuracy on test samples, about 0.93. The loss of the
# two networks with vanishing gradients stays at log 10 ≈ 2.3, the loss of guessing. The network with
# exploding signals diverges in the first epoch, so it has no curve.
#
# What to use
# -----------
#
# The default ``init="auto"`` chooses a suitable variance for each weight matrix: He's between layers of
# ReLU, LeCun's after SELU, Glorot's after tanh, and smaller weights for the first and the last matrix. See
# :class:`~sklearn_deep.inspection.SignalPropagationDisplay` and
# :func:`~sklearn_deep.inspection.signal_propagation` to examine your own network.
