"""
One digit against the rest
==========================

An autoencoder that was trained only on normal samples reconstructs others badly, so its error finds
samples that are unlike the training samples.

``score_samples`` is minus the squared error of each sample. For each digit of MNIST: how well does the
score of an autoencoder that was trained only on this digit distinguish its test images from all others?

It is compared with PCA's reconstruction error and with ``IsolationForest``. PCA is run with as many
components as the autoencoder and with the number that works best on validation images (the last 10,000
training images, which are not used for training). The parameters of the autoencoder were chosen on
the same images. Such a choice needs some known anomalies; training does not.
The table of ``docs/guide/autoencoders.md`` was made with ``--rows 10000``.
"""

import argparse
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from real_data import mnist
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

from sklearn_deep import AutoencoderTransformer

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("anomalies_by_digit.png")
N_COMPONENTS = 32


def digits(n_rows):
    """Return images in [0, 1] and digits: of training, validation and test."""
    X, y, X_test, y_test = mnist()
    parts = ((X[:n_rows], y[:n_rows]), (X[-10_000:], y[-10_000:]), (X_test, y_test))
    return [(np.float32(images / 255), labels) for images, labels in parts]


# %%
# Three ways to score samples; a higher score means more normal.


def autoencoder(X, n_components=N_COMPONENTS, **parameters):
    """Return the score of an autoencoder trained on X."""
    net = AutoencoderTransformer(
        n_components,
        encoder_layer_sizes=(256,),
        output_activation="logistic",
        input_noise=1.2,
        init="glorot_uniform",
        batch_size=50,
        learning_rate=3e-3,
        schedule="one_cycle",
        max_epochs=20,
        early_stopping=False,
        random_state=0,
    )
    return net.set_params(**parameters).fit(X).score_samples


def pca(X, n_components):
    """Return the score of PCA: minus the squared error, the mean over pixels."""
    components = PCA(n_components, random_state=0).fit(X)

    def score_samples(rows):
        back = components.inverse_transform(components.transform(rows))
        return -np.mean((back - rows) ** 2, axis=1)

    return score_samples


def forest(X):
    """Return the score of an isolation forest."""
    return IsolationForest(random_state=0).fit(X).score_samples


# %%
# A method is fitted to one digit after another, and scored by the area under the ROC curve.


def scores(method, training, X_judged, normal=range(10)):
    """Return the scores of samples, from one fit per normal digit."""
    X, y = training
    return {digit: method(X[y == digit])(X_judged) for digit in normal}


def areas(scores_by_digit, y):
    """Return the area under the ROC curve for each normal digit."""
    return [roc_auc_score(y == digit, values) for digit, values in scores_by_digit.items()]


def best_pca(training, validation, numbers=(8, 16, 24, 32, 64)):
    """Return the number of components with the largest mean area on validation images."""
    X, y = validation

    def mean_area(n_components):
        return np.mean(areas(scores(lambda rows: pca(rows, n_components), training, X), y))

    return max(numbers, key=mean_area)


def extremes(values, X, y, digit, n_images=7):
    """Return the most and the least normal images of a digit and of all others."""
    found = {}
    for name, rows in ((f"a {digit}", y == digit), (f"no {digit}", y != digit)):
        order = np.argsort(values[rows])
        found[f"{name},\nmost normal"] = X[rows][order[::-1][:n_images]]
        found[f"{name},\nleast normal"] = X[rows][order[:n_images]]
    return found


# %%
# Areas for each digit, and the images that the autoencoder of one of them considers normal.


def draw(table, images_by_label, path):
    """Save the areas, and rows of images beside them."""
    figure = plt.figure(figsize=(13, 4.8), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1))
    ax = left.subplots()
    for (name, values), line in zip(table.items(), ("o-", "s--", "D:", "^-."), strict=False):
        label = f"{name}: mean {np.mean(values):.3f}"
        ax.plot(range(len(values)), values, line, lw=0.8, label=label)
    ax.set(xlabel="normal digit", ylabel="area under the ROC curve", xticks=range(len(values)))
    ax.grid(axis="y", color="0.85")
    left.legend(loc="outside upper center", ncols=2)
    right.suptitle("Test images, seen by the autoencoder of one digit")
    n_images = len(next(iter(images_by_label.values())))
    axes = right.subplots(len(images_by_label), n_images)
    for row, (label, images) in zip(axes, images_by_label.items(), strict=True):
        for ax, image in zip(row, images, strict=True):
            ax.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(label, rotation=0, ha="right", va="center")
    figure.savefig(path, dpi=120)


def main(pictured=8):
    """Score the test images by each method, print the areas, save the picture."""
    parser = argparse.ArgumentParser(description="One digit against the rest")
    parser.add_argument("--rows", type=int, default=4000, help="training rows, of all digits")
    training, validation, (X_test, y_test) = digits(parser.parse_args().rows)
    best = best_pca(training, validation)
    methods = {
        "autoencoder": autoencoder,
        f"PCA, {best} components": lambda rows: pca(rows, best),
        f"PCA, {N_COMPONENTS} components": lambda rows: pca(rows, N_COMPONENTS),
        "isolation forest": forest,
    }
    found, table = {}, {}
    print("Area under the ROC curve, test images; normal:", *(f"{digit:6}" for digit in range(10)))
    for name, method in methods.items():
        start = time.perf_counter()
        found[name] = scores(method, training, X_test)
        table[name] = areas(found[name], y_test)
        seconds = f"{time.perf_counter() - start:.0f} s"
        cells = " ".join(f"{area:.4f}" for area in table[name])
        print(f"{name:20} mean {np.mean(table[name]):.4f} in {seconds:>4}      {cells}")
    images = extremes(found["autoencoder"][pictured], X_test, y_test, pictured)
    draw(table, images, PICTURE)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
