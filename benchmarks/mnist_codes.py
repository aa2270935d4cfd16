"""
Autoencoders in front of a classifier
=====================================

In a pipeline, an autoencoder is followed by a model that is trained on its codes or its reconstructions.
A better reconstruction than that of PCA does not imply a better code.

Each MNIST image is compressed to 32 numbers. We look at the reconstructions, and train logistic
regression and nearest neighbors on the codes (``output="code"``) and on the reconstructions
(``output="reconstruction"``). The parameters of the autoencoder were chosen by the reconstruction error
on the last 10,000 training images, which are not used for training here; the test images were not used
for any choice. The table of ``docs/guide/autoencoders.md`` was made with ``--rows 10000 --epochs 30``.
"""

import argparse
import copy
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from real_data import mnist
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_deep import AutoencoderTransformer
from sklearn_deep.inspection import ReconstructionDisplay

mpl.use("Agg")

PICTURE = Path("autoencoder_reconstructions.png")


def digits(n_rows):
    """Return training and test images in [0, 1], each with their digits."""
    X, y, X_test, y_test = mnist()
    images = [np.float32(part / 255) for part in (X[:n_rows], X_test)]
    return images[0], y[:n_rows], images[1], y_test


# %%
# Both compress an image to 32 numbers and reconstruct it from these.


def fit_codecs(X, **parameters):
    """Return PCA and an autoencoder, fitted; ``parameters`` are those of the autoencoder."""
    autoencoder = AutoencoderTransformer(
        n_components=32,
        encoder_layer_sizes=(512, 128),
        output_activation="logistic",
        init="glorot_uniform",
        weight_decay=1e-5,
        batch_size=100,
        learning_rate=3e-3,
        schedule="one_cycle",
        max_epochs=20,
        early_stopping=False,
        random_state=0,
    ).set_params(**parameters)
    n_components = autoencoder.n_components
    return {
        "PCA": PCA(n_components, random_state=0).fit(X),
        "autoencoder": autoencoder.fit(X),
    }


def reconstruct(codec, X):
    """Return the reconstructions of images."""
    return codec.inverse_transform(codec.transform(X))


# %%
# Pipelines train a classifier on the code (option 1) or on the reconstruction (option 2). Usually the
# autoencoder itself is in the pipeline; here it is frozen, because it is trained once for all of them.


def features(codecs):
    """Return the features of each row of the table: a transformer, or None for the images."""
    with_reconstruction = copy.copy(codecs["autoencoder"]).set_params(output="reconstruction")
    return {
        "images": None,
        "PCA, code": FrozenEstimator(codecs["PCA"]),
        "autoencoder, code": FrozenEstimator(codecs["autoencoder"]),
        "PCA, reconstruction": FunctionTransformer(
            reconstruct_from, kw_args={"codec": codecs["PCA"]}
        ),
        "autoencoder, reconstruction": FrozenEstimator(with_reconstruction),
    }


def reconstruct_from(X, codec):
    """Return ``reconstruct`` with the arguments in the order of ``FunctionTransformer``."""
    return reconstruct(codec, X)


def pipelines(name, transformer):
    """Return both classifiers for these features, always with the same settings."""
    # Components of a code differ in scale; pixels do not.
    scale = StandardScaler() if name.endswith("code") else None
    return {
        "logistic regression": make_pipeline(
            transformer, scale, LogisticRegression(C=0.1, max_iter=1000)
        ),
        "5 nearest neighbors": make_pipeline(transformer, KNeighborsClassifier(5)),
    }


def accuracies(codecs, X, y, X_test, y_test):
    """Return the test accuracy of each classifier on each kind of features."""
    return {
        name: {
            label: pipeline.fit(X, y).score(X_test, y_test)
            for label, pipeline in pipelines(name, transformer).items()
        }
        for name, transformer in features(codecs).items()
    }


# %%
# Original images and their reconstructions.


def draw(X, codecs, path):
    """Save the first ten images, with their reconstructions below."""
    figure = ReconstructionDisplay.from_estimators(codecs, X).figure_
    n_components = codecs["PCA"].n_components_
    figure.suptitle(f"The first test images, from {n_components} numbers each")
    figure.savefig(path, dpi=120)


def main():
    """Train, print the table, save the picture."""
    parser = argparse.ArgumentParser(description="Autoencoders in front of a classifier")
    parser.add_argument("--rows", type=int, default=4000, help="training rows")
    parser.add_argument("--epochs", type=int, default=20)
    args = parser.parse_args()
    X, y, X_test, y_test = digits(args.rows)
    start = time.perf_counter()
    codecs = fit_codecs(X, max_epochs=args.epochs)
    print(f"Both fits: {time.perf_counter() - start:.0f} s")
    errors = {name: np.mean((reconstruct(c, X_test) - X_test) ** 2) for name, c in codecs.items()}
    print("\nTest error, mean square over pixels")
    for name, error in errors.items():
        print(f"  {name:28} {error:.4f}   {error / errors['PCA']:4.0%} of PCA's")
    print("\nTest accuracy            logistic regression   5 nearest neighbors")
    for name, scores in accuracies(codecs, X, y, X_test, y_test).items():
        print(f"  {name:28}", "".join(f"{score:16.4f}" for score in scores.values()))
    draw(X_test, codecs, PICTURE)
    print(f"\nImages saved to {PICTURE}")


if __name__ == "__main__":
    main()
