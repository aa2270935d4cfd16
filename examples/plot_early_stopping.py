"""
Early stopping
==============

Early stopping ends training when the validation loss has not improved for ``patience`` epochs, and
``restore_best_weights`` goes back to the epoch where it was least.

Handwritten digits, of which a part of the training labels is wrong: at first a network learns what
digits look like, later it learns the wrong labels by heart. With too little patience training ends
at the first bump of the validation loss, without end it ends in overfitting.
"""

from pathlib import Path

import matplotlib as mpl
from sklearn.metrics import log_loss
from wrong_labels import digits_with_wrong_labels

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import TrainingCurveDisplay
from sklearn_deep.stopping import EarlyStopping

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("early_stopping.png")
RULES = {
    "patience 1": EarlyStopping("val_loss", patience=1, restore_best_weights=True),
    "patience 5": EarlyStopping("val_loss", patience=5, restore_best_weights=True),
    "no end": EarlyStopping("val_loss", patience=1000),
}


# %%
# A quarter of the training rows is split off, and the rule watches the loss on it.


def fitted(rule, X, y, max_epochs=60):
    """Return a network that was trained until the rule ended it."""
    mlp = MLPClassifier(
        (64, 64),
        batch_size=32,
        learning_rate=5e-3,
        max_epochs=max_epochs,
        early_stopping=rule,
        validation_fraction=0.25,
        random_state=0,
    )
    return mlp.fit(X, y)


# %%
# All three take the same steps from the same weights; they differ in where they end.


def main(**parameters):
    """Train with each rule, print how it went, save the picture."""
    X, y, X_test, y_test = digits_with_wrong_labels()
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.4), sharex=True, sharey=True)
    figure.set_layout_engine("constrained")
    for (name, rule), ax in zip(RULES.items(), axes, strict=True):
        mlp = fitted(rule, X, y, **parameters)
        right = mlp.score(X_test, y_test)
        loss = log_loss(y_test, mlp.predict_proba(X_test))
        print(
            f"{name:10} {mlp.n_epochs_:3} epochs, test images: {right:.1%} right, loss {loss:.2f}"
        )
        TrainingCurveDisplay.from_estimator(mlp, ax=ax)
        ax.set_title(f"{name}: {right:.0%} of test images right, loss {loss:.2f}", fontsize=11)
        ax.label_outer()
    figure.savefig(PICTURE, dpi=120)
    print(f"Picture saved to {PICTURE}")


if __name__ == "__main__":
    main()
