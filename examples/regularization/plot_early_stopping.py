"""
Early stopping
==============

Early stopping ends training when the validation loss has not improved for ``patience`` epochs, and restores
the weights of the best epoch. This page shows what happens with little patience, with more, and
without early stopping.
"""

# %%
# Digits with wrong labels
# ------------------------
#
# We replace 30 % of the training labels by random digits. A network first learns what digits look like, and
# later memorizes the wrong labels. The test labels are not changed.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import TrainingCurveDisplay
from sklearn_deep.stopping import EarlyStopping

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, train_size=800, stratify=y, random_state=0)
rng = np.random.default_rng(0)
wrong = rng.random(800) < 0.3
y[wrong] = rng.integers(0, 10, wrong.sum())

# %%
# Three rules
# -----------
#
# A quarter of the training samples is held out for validation (``validation_fraction``). All three networks
# make the same steps from the same weights, and differ only in when they stop.

rules = {
    "patience 1": EarlyStopping("val_loss", patience=1, restore_best_weights=True),
    "patience 5": EarlyStopping("val_loss", patience=5, restore_best_weights=True),
    "no early stopping": EarlyStopping("val_loss", patience=1000),
}
networks = {
    name: MLPClassifier(
        (64, 64),
        batch_size=32,
        learning_rate=3e-3,
        schedule=None,
        max_epochs=60,
        early_stopping=rule,
        validation_fraction=0.25,
        random_state=0,
    ).fit(X, y)
    for name, rule in rules.items()
}
for name, network in networks.items():
    accuracy = network.score(X_test, y_test)
    loss = log_loss(y_test, network.predict_proba(X_test))
    print(
        f"{name:18} {network.n_epochs_:3} epochs, test accuracy {accuracy:.3f}, test loss {loss:.2f}"
    )

# %%
# Loss curves
# -----------

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
TrainingCurveDisplay.from_estimator(networks["no early stopping"], ax=ax)
ax.set_title("no early stopping")

# %%
# Without early stopping the training loss falls toward zero, because the network memorizes the wrong labels, and the
# validation loss rises all the time after its minimum.

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
TrainingCurveDisplay.from_estimator(networks["patience 5"], ax=ax)
ax.set_title("patience 5")

# sphinx_gallery_thumbnail_number = 1

# %%
# With ``patience=5`` training ends five epochs after the best one, whose weights are restored. The test accuracy is about
# 0.93, and without early stopping about 0.82. With ``patience=1`` training ends at the first small bump
# of the validation loss, slightly too early.
#
# The default, ``early_stopping="auto"``, uses a patience of 10 if there are enough samples to hold some out.
