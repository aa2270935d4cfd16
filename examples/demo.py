"""Tune an MLP in a pipeline on handwritten digits, and picture how the best one trained."""

import time
from pathlib import Path

import matplotlib as mpl
from scipy.stats import loguniform, uniform
from sklearn.callback import ProgressBar
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier

mpl.use("Agg")
import matplotlib.pyplot as plt

PICTURE = Path("demo_training_curves.png")


def search_digits():
    """Return the fitted search and the test rows it has not seen."""
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, stratify=y, random_state=0
    )
    mlp = MLPClassifier(
        (128, 64), batch_size=64, max_epochs=100, early_stopping=True, random_state=0
    )
    pipeline = Pipeline([("scale", StandardScaler()), ("mlp", mlp)])
    space = {
        "mlp__learning_rate": loguniform(1e-4, 1e-1),
        "mlp__weight_decay": loguniform(1e-6, 1e-1),
        "mlp__dropout": uniform(0, 0.6),
        "mlp__init": ["he_normal", "he_uniform", "glorot_uniform", "orthogonal"],
    }
    search = RandomizedSearchCV(pipeline, space, n_iter=20, cv=4, random_state=0, n_jobs=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=0))
    return search.fit(X_train, y_train), X_test, y_test


def draw_curves(mlp, path):
    """Save loss and accuracy of each epoch, with the epoch whose weights were kept."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    names = {"loss": "loss", "accuracy": "accuracy"}
    for ax, (name, label) in zip(axes, names.items(), strict=True):
        ax.plot(mlp.history_[name], color="0.6", ls="--", label="training (dropout, penalty)")
        ax.plot(mlp.history_[f"val_{name}"], color="C0", label="validation")
        ax.axvline(mlp.best_epoch_, color="0.2", ls=":", label=f"kept: epoch {mlp.best_epoch_}")
        ax.set(xlabel="epoch", ylabel=label)
    axes[0].set(yscale="log")
    axes[1].legend(loc="lower right")
    figure.suptitle("Digits: how the best candidate trained")
    figure.savefig(path, dpi=120)


def main():
    """Run the search, print what it found, save the picture."""
    start = time.perf_counter()
    search, X_test, y_test = search_digits()
    print(f"\n{search.n_splits_ * len(search.cv_results_['params'])} fits and the refit:", end=" ")
    print(f"{time.perf_counter() - start:.0f} s")
    print("Best parameters:")
    for name, value in search.best_params_.items():
        print(f"  {name:20} {value if isinstance(value, str) else f'{value:.3g}'}")
    print(f"Cross-validated accuracy: {search.best_score_:.4f}")
    print(f"Test accuracy:            {search.score(X_test, y_test):.4f}")
    draw_curves(search.best_estimator_.named_steps["mlp"], PICTURE)
    print(f"Training curves saved to {PICTURE.resolve()}")


if __name__ == "__main__":
    main()
