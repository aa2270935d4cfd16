"""
Denoising digits
================

A denoising autoencoder receives samples with noise and learns to return them without it, so it learns the
structure of the data. It is best at removing the kind of noise that it was trained with.

``input_noise`` is the kind of noise; the targets of the reconstruction have no noise. It is compared with
PCA, with its best number of components and its best brightness (masking makes images darker), both
chosen on the last 1000 training images of MNIST, which are not used for training. Nothing was tuned for
the autoencoders. The table of ``docs/guide/autoencoders.md`` was made with ``--rows 10000``.
"""

import argparse
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from real_data import mnist
from sklearn.decomposition import PCA

from sklearn_deep import AutoencoderTransformer
from sklearn_deep.inspection import ReconstructionDisplay
from sklearn_deep.noise import GaussianNoise, Masking

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("denoised_digits.png")
NOISES = {"normal noise": GaussianNoise(std=0.5), "masking": Masking(rate=0.5)}


def digits(n_rows):
    """Return training, validation and test images in [0, 1]."""
    X, _, X_test, _ = mnist()
    return [np.float32(part / 255) for part in (X[:n_rows], X[-1000:], X_test)]


def disturb(X, noise, random_state):
    """Return images with noise; a noise is a formula of a signal and of random numbers."""
    rng = np.random.default_rng(random_state)
    draw = rng.normal(size=X.shape) if noise.distribution == "normal" else rng.random(X.shape)
    signal = torch.as_tensor(X)
    return noise.apply(signal, torch.as_tensor(draw, dtype=signal.dtype)).numpy()


def error(images, clean):
    """Return the mean squared error over images and pixels."""
    return np.mean((images - clean) ** 2)


# %%
# One autoencoder without noise, and one for each kind of noise.


def fit_autoencoder(X, noise, **parameters):
    """Return an autoencoder trained to remove this noise; 0 means no noise."""
    autoencoder = AutoencoderTransformer(
        n_components=64,
        encoder_layer_sizes=(512,),
        output_activation="logistic",
        input_noise=noise,
        batch_size=100,
        learning_rate=2e-3,
        schedule="one_cycle",
        max_epochs=10,
        early_stopping=False,
        random_state=0,
    )
    return autoencoder.set_params(**parameters).fit(X)


def best_pca(X, X_val, noise, numbers=(8, 16, 32, 64, 96), brightness=(1, 1.5, 2)):
    """Return the name and the function of the PCA that removes this noise best from validation images."""
    noisy = disturb(X_val, noise, random_state=1)
    fitted = [PCA(number, random_state=0).fit(X) for number in numbers]

    def denoiser(pca, factor):
        return lambda images: pca.inverse_transform(pca.transform(factor * images))

    choices = {(pca.n_components, f): denoiser(pca, f) for pca in fitted for f in brightness}
    number, factor = min(choices, key=lambda choice: error(choices[choice](noisy), X_val))
    return f"PCA ({number}), brightness × {factor}", choices[number, factor]


def denoisers(X, X_val, **parameters):
    """Return, for each noise, the functions to remove it, by name."""
    nets = {"autoencoder, no noise": fit_autoencoder(X, 0.0, **parameters)}
    for name, noise in NOISES.items():
        nets[f"autoencoder, {name}"] = fit_autoencoder(X, noise, **parameters)
    of_nets = {name: net.reconstruct for name, net in nets.items()}
    return {name: dict([best_pca(X, X_val, noise)]) | of_nets for name, noise in NOISES.items()}


# %%
# Each kind of noise on the test images, removed by each method.


def errors_after(removers, X_test):
    """Return the test error before and after, for each noise and each method."""
    table = {}
    for name, by_name in removers.items():
        noisy = disturb(X_test, NOISES[name], random_state=2)
        table[name] = {"before": error(noisy, X_test)}
        table[name] |= {remover: error(f(noisy), X_test) for remover, f in by_name.items()}
    return table


def draw(X, removers, table, path):
    """Save for each noise: clean images, noisy images, and the results of PCA and autoencoder."""
    figure = plt.figure(figsize=(0.9 * 2 * len(X) + 4, 4.6), layout="constrained")
    parts = figure.subfigures(1, len(removers))
    for part, (name, by_name) in zip(parts, removers.items(), strict=True):
        noisy = disturb(X, NOISES[name], random_state=2)
        pca = next(iter(by_name))
        labels = {pca: pca.replace(", ", "\n"), f"autoencoder, {name}": "autoencoder"}
        errors = {label: table[name][remover] for remover, label in labels.items()}
        display = ReconstructionDisplay(
            originals=X,
            reconstructions={label: by_name[remover](noisy) for remover, label in labels.items()},
            noisy=noisy,
            errors=errors | {"with noise": table[name]["before"]},
        )
        display.plot(part.subplots(4, len(X)))
        part.suptitle(repr(NOISES[name]))
    figure.savefig(path, dpi=120)


def main():
    """Train, print the errors before and after, save the picture."""
    parser = argparse.ArgumentParser(description="Denoising digits")
    parser.add_argument("--rows", type=int, default=4000, help="training rows")
    X, X_val, X_test = digits(parser.parse_args().rows)
    start = time.perf_counter()
    removers = denoisers(X, X_val)
    print(f"All fits: {time.perf_counter() - start:.0f} s")
    table = errors_after(removers, X_test)
    for name, errors in table.items():
        print(f"\n{NOISES[name]!r} on test images: mean squared error over pixels")
        for remover, value in errors.items():
            print(f"  {remover:30} {value:.4f}")
    draw(X_test[:5], removers, table, PICTURE)
    print(f"\nImages saved to {PICTURE}")


if __name__ == "__main__":
    main()
