"""
Augmentation
============

Augmentation tells the network what does not matter: images moved by a few pixels show the same
digit, so they are new training rows for free, while rows made without such knowledge bring little.

A thousand images of MNIST, and in each epoch as many again, made anew from them. As a yardstick:
more images that were not made but collected. One fit each, so differences of half a point may be
chance.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from real_data import mnist

from sklearn_deep import MLPClassifier
from sklearn_deep.augmentation import GaussianCopies, Mixup, RotateScale, Shift

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("augmentation.png")
N_ROWS = 1000
KINDS = {
    "none": None,
    "mixup": Mixup(),
    "normal noise": GaussianCopies(std=0.3),
    "rotated, scaled": RotateScale(),
    "shifted": Shift(max_shift=2),
}
COLLECTED = {"twice as many": 2, "four times as many": 4}


def digits():
    """Return training and test images in [0, 1], each with their digits."""
    X, y, X_test, y_test = mnist()
    return np.float32(X[:10_000] / 255), y[:10_000], np.float32(X_test / 255), y_test


# %%
# The same network each time. An augmentation adds its rows to those at hand.


def network(augmentation, max_epochs=30):
    """Return a network with this augmentation."""
    return MLPClassifier(
        (128,),
        augmentation=augmentation,
        batch_size=50,
        learning_rate=2e-3,
        schedule="cosine",
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=0,
    )


def made_from(augmentation, X, n_rows=5):
    """Return the first rows, or what an augmentation makes of them."""
    x = torch.as_tensor(X[:n_rows])
    if augmentation is None:
        return x.numpy()
    generator = torch.Generator().manual_seed(1)
    y = torch.ones(len(x), 1)
    return augmentation.augment(x, y, torch.ones(len(x)), generator)[0].numpy()


# %%
# Rows that are made, and beside them the share of test images that a network is then wrong about.


def draw(images, errors, collected, path):
    """Save images of each kind, and the errors beside them."""
    figure = plt.figure(figsize=(11, 5), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.15))
    panels = left.subplots(len(images), len(next(iter(images.values()))))
    for row, (name, rows) in zip(panels, images.items(), strict=True):
        for panel, image in zip(row, rows, strict=True):
            panel.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
            # Lines through the middle, so that movements are seen.
            panel.axhline(13.5, color="C1", lw=0.6)
            panel.axvline(13.5, color="C1", lw=0.6)
            panel.set(xticks=[], yticks=[])
        row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    ax = right.subplots()
    bars = ax.barh(list(errors), list(errors.values()), color="#9ecae1", edgecolor="black")
    ax.bar_label(bars, fmt="%.1f", padding=3)
    ax.invert_yaxis()
    for (name, error), style in zip(collected.items(), ("--", ":"), strict=True):
        ax.axvline(error, color="black", ls=style, label=f"{name} collected")
    ax.set(xlabel="test error (%)", xlim=(0, 1.12 * max(errors.values())))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=2, frameon=False)
    figure.savefig(path, dpi=120)


def main(n_rows=N_ROWS, **parameters):
    """Train with each augmentation and with more images, save the picture."""
    X, y, X_test, y_test = digits()

    def error(kind, n):
        return 100 * (1 - network(kind, **parameters).fit(X[:n], y[:n]).score(X_test, y_test))

    errors = {name: error(kind, n_rows) for name, kind in KINDS.items()}
    collected = {name: error(None, factor * n_rows) for name, factor in COLLECTED.items()}
    print(f"Test error, {n_rows} images and what is made of them")
    for name, value in errors.items():
        print(f"  {name:28} {value:5.1f} %")
    for name, value in collected.items():
        print(f"  {name + ' collected':28} {value:5.1f} %")
    images = {name: made_from(kind, X) for name, kind in KINDS.items()}
    draw(images, errors, collected, PICTURE)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
