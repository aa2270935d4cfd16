"""
Weight decay
============

Weight decay keeps weights small: some of it makes a network smooth enough not to learn wrong labels
by heart, too much of it keeps the network from learning at all.

The penalty of a weight matrix W is λ/2·‖W‖², so its gradient is λ·W, and each step shrinks the
weights by a share of themselves. What the loss does not need goes to zero. Handwritten digits, of
which a part of the training labels is wrong.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from wrong_labels import RIGHT, digits_with_wrong_labels

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import WeightImageDisplay

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("weight_decay.png")
STRENGTHS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
PICTURED = {1e-5: ":", 1e-2: "-", 1e-1: "--"}


# %%
# One network for each λ, all else equal.


def fitted(weight_decay, X, y, max_epochs=100):
    """Return a network trained with this λ on all weight matrices."""
    mlp = MLPClassifier(
        (64,),
        weight_decay=weight_decay,
        batch_size=32,
        learning_rate=3e-3,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
    )
    return mlp.fit(X, y)


def matrices(mlp):
    """Return the weight matrices, from the input on."""
    layers = [block.linear for block in mlp.module_.hidden] + [mlp.module_.output]
    return [layer.weight.detach().numpy() for layer in layers]


# %%
# What it does to the weights of the first layer, to the norms of both, and to the accuracy.


def draw_units(nets, figure):
    """Draw the weights of four units a network, as images of 8 × 8 pixels."""
    for (strength, mlp), part in zip(nets.items(), figure.subfigures(1, len(nets)), strict=True):
        panels = part.subplots(1, 4)
        WeightImageDisplay.from_estimator(mlp, (8, 8), n_units=4, ax=panels)
        part.suptitle(f"first layer, λ = {strength:g}")


def draw_histogram(nets, ax):
    """Draw how the weights of the first layer are distributed."""
    edges = np.linspace(-1.5, 1.5, 61)
    for (strength, mlp), style in zip(nets.items(), PICTURED.values(), strict=True):
        weights = np.clip(matrices(mlp)[0].ravel(), edges[0], edges[-1])
        ax.hist(weights, edges, histtype="step", ls=style, lw=1.8, label=f"λ = {strength:g}")
    ax.set(xlabel="weight of the first layer", ylabel="number of weights", yscale="log")
    ax.set_title("beyond ±1.5: in the outermost bars", fontsize="small")
    ax.legend(fontsize="small")


def draw_norms(nets, ax):
    """Draw the norm of each weight matrix against λ."""
    norms = np.array([[np.linalg.norm(w) for w in matrices(mlp)] for mlp in nets.values()])
    for layer, style in zip(norms.T, ("o-", "s--"), strict=True):
        ax.plot(list(nets), layer, style)
    ax.legend(["first layer", "output layer"], fontsize="small")
    ax.set(xscale="log", xlabel="λ", ylabel="norm of the weights", ylim=(0, None))


def draw_accuracies(nets, training, test, ax):
    """Draw the share that agrees with the labels against λ."""
    for rows, style in ((training, "o-"), (test, "s--")):
        ax.plot(list(nets), [mlp.score(*rows) for mlp in nets.values()], style)
    ax.set(xscale="log", xlabel="λ", ylabel="share equal to the label", ylim=(0, 1))
    ax.axhline(RIGHT, color="0.3", ls=":")
    names = ["training rows, labels partly wrong", "test rows, labels right"]
    ax.legend([*names, "training labels that are right"], fontsize="small", loc="lower left")


def main(strengths=STRENGTHS, **parameters):
    """Train a network for each λ, print norms and accuracies, save the picture."""
    X, y, X_test, y_test = digits_with_wrong_labels()
    nets = {strength: fitted(strength, X, y, **parameters) for strength in strengths}
    print("     λ   norm of the first layer   training   test")
    for strength, mlp in nets.items():
        norm = np.linalg.norm(matrices(mlp)[0])
        print(
            f"{strength:7.1e} {norm:15.1f} {mlp.score(X, y):18.3f} {mlp.score(X_test, y_test):7.3f}"
        )
    pictured = {strength: nets[strength] for strength in PICTURED}
    figure = plt.figure(figsize=(13, 6), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(1, 1.7))
    draw_units(pictured, top)
    left, middle, right = bottom.subplots(1, 3)
    draw_histogram(pictured, left)
    draw_norms(nets, middle)
    draw_accuracies(nets, (X, y), (X_test, y_test), right)
    figure.savefig(PICTURE, dpi=120)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
