"""Tune an MLP in a pipeline on handwritten digits, all candidates × folds in one search, and picture the search."""

import time
import warnings
from pathlib import Path

import matplotlib as mpl
from joblib import cpu_count
from scipy.stats import uniform
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import SearchResultsDisplay
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, loguniform

mpl.use("Agg")

PICTURE = Path("demo_search.png")
N_ITER, N_COMPARED = 24, 6
SPACE = {
    "mlp__learning_rate": loguniform(1e-4, 1e-1),
    "mlp__weight_decay": loguniform(1e-6, 1e-1),
    "mlp__dropout": uniform(0, 0.6),
    "mlp__init": ["he_normal", "he_uniform", "glorot_uniform", "orthogonal"],
}


def digits():
    """Return training and test rows, training and test labels."""
    X, y = load_digits(return_X_y=True)
    return train_test_split(X, y, test_size=0.25, stratify=y, random_state=0)


def pipeline():
    """Return the pipeline to tune."""
    mlp = MLPClassifier((64, 64), batch_size=32, max_epochs=60, early_stopping=True, random_state=0)
    return Pipeline([("scale", StandardScaler()), ("mlp", mlp)])


def searched(kind, n_iter, X, y, **settings):
    """Return a fitted search and the seconds that it took."""
    search = kind(pipeline(), SPACE, n_iter=n_iter, cv=4, random_state=0, **settings)
    start = time.perf_counter()
    search.fit(X, y)
    return search, time.perf_counter() - start


def draw_search(search, path):
    """Save the error of each candidate against each parameter, on its own scale."""
    figure = SearchResultsDisplay.from_search(search, error=True).figure_
    n_candidates = len(search.cv_results_["params"])
    figure.suptitle(f"Digits: {n_candidates} candidates of a random search")
    figure.savefig(path, dpi=120)


def main():
    """Run the search, print what it found and what a loop takes, save the picture."""
    # Candidates with small steps run out of epochs: a random search tries them too.
    warnings.filterwarnings("ignore", ".*has not converged", ConvergenceWarning)
    X_train, X_test, y_train, y_test = digits()
    print("A first fit; on a new machine it compiles the training loop, which takes about 15 s.")
    pipeline().set_params(mlp__max_epochs=1).fit(X_train, y_train)
    search, seconds = searched(
        BatchedRandomizedSearchCV, N_ITER, X_train, y_train, n_jobs=-1, verbose=1
    )
    n_fits = N_ITER * search.n_splits_
    print(f"\n{n_fits} fits in {cpu_count()} threads, and the refit: {seconds:.0f} s")
    loop, some = searched(RandomizedSearchCV, N_COMPARED, X_train, y_train, refit=False)
    print(
        f"RandomizedSearchCV, one fit after the other: {some * N_ITER / N_COMPARED:.0f} s "
        f"(measured on the first {N_COMPARED} candidates: {some:.0f} s)"
    )
    same = search.cv_results_["mean_test_score"][:N_COMPARED] == loop.cv_results_["mean_test_score"]
    print(f"Equal scores: {same.sum()} of {N_COMPARED}")
    print("Best parameters:")
    for name, value in search.best_params_.items():
        print(f"  {name:20} {value if isinstance(value, str) else f'{value:.3g}'}")
    print(f"Cross-validated accuracy: {search.best_score_:.4f}")
    print(f"Test accuracy:            {search.score(X_test, y_test):.4f}")
    draw_search(search, PICTURE)
    print(f"Picture of the search saved to {PICTURE.resolve()}")


if __name__ == "__main__":
    main()
