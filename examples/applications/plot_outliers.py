"""
Outlier detection with a threshold
==================================

:class:`~sklearn_deep.AutoencoderOutlierDetector` learns to reconstruct normal samples. A sample whose reconstruction
error is above a threshold is an outlier. This page shows how to choose the threshold, and compares detectors
with clean and with contaminated training samples.
"""

# %%
# Normal samples and outliers
# ---------------------------
#
# In scikit-learn's handwritten digits, the digits 0 to 8 are normal and the 9 is the outlier. We train on normal images
# only, and keep others for testing.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import LocalOutlierFactor

from sklearn_deep import AutoencoderOutlierDetector

X, y = load_digits(return_X_y=True)
X = X / 16
normal, outliers = X[y != 9], X[y == 9]
train, normal_test = train_test_split(normal, test_size=400, random_state=0)

# %%
# The threshold
# -------------
#
# ``contamination=0.05`` places the threshold so that 5 % of the training samples are below it. It changes neither the
# network nor the scores. New normal samples are reconstructed a little worse than training samples, so more than 5 %
# of them are below the threshold.

detector = AutoencoderOutlierDetector(
    8,
    encoder_layer_sizes=(64,),
    output_activation="logistic",
    contamination=0.05,
    batch_size=50,
    learning_rate=3e-3,
    max_epochs=40,
    early_stopping=False,
    random_state=0,
).fit(train)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
bins = np.linspace(0, 0.12, 41)
parts = {"normal images": (normal_test, "C0", "-"), "outliers (digit 9)": (outliers, "C1", "--")}
for name, (images, color, line) in parts.items():
    error = -detector.score_samples(images)
    ax.hist(error, bins, density=True, histtype="step", lw=2, color=color, ls=line, label=name)
    print(f"{name}: {np.mean(detector.predict(images) == -1):.0%} above the threshold")
ax.axvline(-detector.offset_, color="black", ls=":", label="threshold")
ax.set(xlabel="reconstruction error", ylabel="density")
ax.legend()

# %%
# About 8 % of the new normal images are above the threshold, and about 58 % of the nines. A lower threshold finds more nines and raises
# more false alarms.

# %%
# What is unusual about a sample?
# -------------------------------
#
# The difference between an image and its reconstruction shows the pixels that the network did not expect.

worst = outliers[np.argsort(detector.score_samples(outliers))[:6]]
rebuilt = detector.reconstruct(worst)
rows = {
    "image": (worst, "gray_r", 0),
    "reconstruction": (rebuilt, "gray_r", 0),
    "difference": (worst - rebuilt, "gray", -1),
}
figure, axes = plt.subplots(3, 6, figsize=(7, 3.6), layout="constrained")
for panels, (name, (images, colors, lowest)) in zip(axes, rows.items(), strict=True):
    panels[0].set_ylabel(name, rotation=0, ha="right", va="center")
    for panel, image in zip(panels, images, strict=True):
        panel.imshow(image.reshape(8, 8), cmap=colors, vmin=lowest, vmax=1)
        panel.set(xticks=[], yticks=[])

# %%
# In the difference, white pixels have ink that the network did not expect, and black pixels lack ink that it expected.

# %%
# Clean or contaminated training samples
# --------------------------------------
#
# The area under the ROC curve does not depend on the threshold. We measure it for each digit as the outlier, first
# with clean training samples, then with 5 % outliers among them.


def detectors():
    """Make new detectors with the same settings for all digits."""
    return {
        "autoencoder": AutoencoderOutlierDetector(
            8,
            encoder_layer_sizes=(64,),
            output_activation="logistic",
            batch_size=50,
            learning_rate=3e-3,
            max_epochs=25,
            early_stopping=False,
            random_state=0,
        ),
        "isolation forest": IsolationForest(random_state=0),
        "local outlier factor": LocalOutlierFactor(novelty=True),
    }


areas = {name: {"clean": [], "5 % outliers": []} for name in detectors()}
for digit in range(10):
    inside, test = train_test_split(X[y != digit], test_size=400, random_state=0)
    few, rest = train_test_split(X[y == digit], train_size=len(inside) // 20, random_state=0)
    labels = np.repeat([1, 0], [len(test), len(rest)])
    training = {"clean": inside, "5 % outliers": np.vstack([inside, few])}
    for kind, samples in training.items():
        for name, model in detectors().items():
            scores = model.fit(samples).score_samples(np.vstack([test, rest]))
            areas[name][kind].append(roc_auc_score(labels, scores))

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for place, (name, found) in enumerate(areas.items()):
    for shift, (kind, marker) in zip(
        (-0.12, 0.12), (("clean", "o"), ("5 % outliers", "s")), strict=True
    ):
        color = "C0" if kind == "clean" else "C1"
        ax.plot([place + shift] * 10, found[kind], marker, color=color, alpha=0.5)
        ax.plot(place + shift, np.mean(found[kind]), "_", color="black", ms=20, mew=2)
        print(f"{name}, {kind}: mean area {np.mean(found[kind]):.3f}")
ax.plot([], [], "oC0", label="clean training samples")
ax.plot([], [], "sC1", label="5 % outliers in training")
ax.plot([], [], "_k", ms=12, mew=2, label="mean of ten digits")
ax.set(ylabel="area under the ROC curve")
ax.set_xticks(range(3), areas)
figure.legend(loc="outside upper center", ncols=3)

# sphinx_gallery_thumbnail_number = 1

# %%
# With clean training samples, the autoencoder is about as good as the local outlier factor (mean areas of 0.94 and 0.96), and much better
# than the isolation forest (0.76). With 5 % outliers among the training samples all three become much worse, because
# the outliers are similar to each other and are learned as one more digit. No detector is reliable then: their means are
# between 0.55 and 0.64. So clean the training samples first, if you can.
#
# The guide :doc:`/guide/outliers` has the same comparison on six larger data sets.
