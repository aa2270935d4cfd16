"""
Dropout
=======

Dropout switches units off at random in training, so that no unit can rely on others being there:
the network learns less by heart and is right more often on new rows.

In each step another part of the units is zero and the rest is scaled up; predictions use all units.
Handwritten digits, of which a part of the training labels is wrong, and a network that is large
enough to learn these by heart.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from wrong_labels import RIGHT, digits_with_wrong_labels

from sklearn_deep import MLPClassifier

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("dropout.png")
RATES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8)
SHOWN = {0.0: "o-", 0.6: "s--", 0.8: "^:"}
SEEDS = (0, 1, 2)


# %%
# The rate is the probability of dropping a unit of a hidden layer. Nothing else differs.


def network(dropout, seed, max_epochs=60):
    """Return a network with this rate."""
    return MLPClassifier(
        (128, 128),
        dropout=dropout,
        batch_size=32,
        max_epochs=max_epochs,
        early_stopping=False,
        random_state=seed,
    )


# %%
# How many rows are given their label: after the last epoch, for each rate, and epoch by epoch.
# ``history_`` has the accuracy on rows that ``fit`` is given beside those it trains on.


def draw_rates(table, ax):
    """Draw the accuracies against the rate, from the least to the largest of the seeds."""
    rates = list(table)
    values = 100 * np.array(list(table.values()))  # (n_rates, n_seeds, 2)
    for part, (name, style) in enumerate((("training", "o-"), ("test", "s--"))):
        ax.plot(rates, values[:, :, part].mean(1), style, label=f"{name} rows")
        ax.fill_between(rates, values[:, :, part].min(1), values[:, :, part].max(1), alpha=0.25)
    ax.axhline(100 * RIGHT, color="0.3", ls=":", label="training labels that are right")
    ax.set(xlabel="dropout rate", ylabel="given their label (%)", ylim=(62, 100))
    ax.set_title(f"after training; mean and range of {values.shape[1]} seeds", fontsize="medium")
    ax.legend(loc="lower left", fontsize="small")


def accuracies_on_the_way(mlp, X, y, X_test, y_test):
    """Return the test accuracy after each epoch."""
    return mlp.fit(X, y, X_val=X_test, y_val=y_test).history_["val_accuracy"]


def main(rates=RATES, seeds=SEEDS, **parameters):
    """Train with all rates and seeds, print the accuracies, save the picture."""
    X, y, X_test, y_test = digits_with_wrong_labels()
    table = {}
    print("rate   training    test")
    for rate in rates:
        nets = [network(rate, seed, **parameters).fit(X, y) for seed in seeds]
        table[rate] = [(mlp.score(X, y), mlp.score(X_test, y_test)) for mlp in nets]
        print(f"{rate:4.2f} {np.mean(table[rate], 0)[0]:10.3f} {np.mean(table[rate], 0)[1]:7.3f}")
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    draw_rates(table, left)
    for rate, style in SHOWN.items():
        way = accuracies_on_the_way(network(rate, 0, **parameters), X, y, X_test, y_test)
        label = f"dropout {rate:g}" if rate else "no dropout"
        right.plot(100 * way, style, ms=3, label=label)
    right.set(xlabel="epoch (from 0)", ylabel="test rows given their label (%)", ylim=(62, 100))
    right.set_title("in training", fontsize="medium")
    right.legend()
    figure.savefig(PICTURE, dpi=120)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
