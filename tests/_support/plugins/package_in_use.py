"""A program for a path that includes the plug-in package; it prints results of its use as JSON.

Its arguments are the parameters for plug-ins of the package.
"""

import json
import sys
from importlib import import_module

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV

from sklearn_deep import MLPClassifier
from sklearn_deep.plugins import available
from sklearn_deep.training import train

# By parameter: its family, the name in it, and the class with three settings.
PLUGINS = {
    "init": ("initializers", "sparse", "Sparse", [(15,), (5, 0.5), (9, 0.7)]),
    "activation": ("activations", "snake", "Snake", [(1.0,), (0.3,), (4.0,)]),
    "penalty": (
        "penalties",
        "weight_elimination",
        "WeightElimination",
        [(0.001,), (0.02,), (0.001, 0.1)],
    ),
}
X, Y = (part[:200] for part in load_digits(return_X_y=True))


class Recorded(MLPClassifier):
    """Keeps the plan of its last fit."""

    def _plan(self, *arguments):
        self.plan = super()._plan(*arguments)
        return self.plan


def classifier(**parameters):
    return Recorded(
        **{"hidden_layer_sizes": (20, 12), "batch_size": 32, "max_epochs": 3}
        | {"learning_rate": 1e-3, "early_stopping": None, "random_state": 0}
        | parameters
    )


def instance(parameter, setting=0):
    """Return the parameter's plug-in, imported by hand, with one of its settings."""
    family, _, class_name, settings = PLUGINS[parameter]
    return getattr(import_module(f"deep_extras.{family}"), class_name)(*settings[setting])


def listed(parameters):
    """Return which names are listed, and whether that imported the package."""
    names = [PLUGINS[p][1] for p in parameters if PLUGINS[p][1] in available(PLUGINS[p][0])]
    return {"names": names, "imported": "deep_extras" in sys.modules}


def outcome(mlp):
    """Return the network and the history of a fitted estimator, in the form of a population's results."""
    return mlp.module_, mlp.history_


def same(a, b):
    """Return whether two networks and their loss curves are bit-identical."""
    mine, theirs = a[0].state_dict(), b[0].state_dict()
    weights = all(torch.equal(mine[name], theirs[name]) for name in mine)
    return weights and np.array_equal(a[1]["loss"], b[1]["loss"])


def searched(parameters):
    """Search over the names, and compare the best fit with that of instances and of defaults."""
    space = {p: [PLUGINS[p][1]] for p in parameters} | {"learning_rate": [1e-3, 1e-2]}
    search = RandomizedSearchCV(
        classifier(), space, n_iter=2, cv=2, random_state=0, error_score="raise"
    ).fit(X, Y)
    rate = search.best_params_["learning_rate"]
    fits = [search.best_estimator_]
    fits.append(classifier(learning_rate=rate, **{p: instance(p) for p in parameters}).fit(X, Y))
    fits.append(classifier(learning_rate=rate).fit(X, Y))
    best, by_hand, default = map(outcome, fits)
    return {
        "parameters": sorted(search.best_params_),
        "finite": bool(np.isfinite(search.cv_results_["mean_test_score"]).all()),
        "as instances": same(best, by_hand),
        "as defaults": same(best, default),
    }


def stacked(parameters):
    """Train members that differ from the first in a number of one plug-in, alone and together."""
    settings = [{}] + [{p: k} for p in parameters for k in (1, 2)]
    fits = [
        classifier(dtype="float64", **{p: instance(p, changed.get(p, 0)) for p in parameters}).fit(
            X, Y
        )
        for changed in settings
    ]
    plans, alone = [mlp.plan for mlp in fits], map(outcome, fits)
    together = [(result.network, result.history) for result in train(plans)]
    return {
        "populations": len({plan.structure() for plan in plans}),
        "as alone": [
            np.allclose(a[1]["loss"], b[1]["loss"], rtol=1e-9)
            for a, b in zip(together, alone, strict=True)
        ],
        "as the first": [same(together[0], other) for other in together[1:]],
    }


if __name__ == "__main__":
    given = sys.argv[1:]
    report = {"listed": listed(given), "searched": searched(given)}
    # Networks with penalties from outside of the library are trained one at a time.
    report["stacked"] = stacked([name for name in given if name != "penalty"])
    print(json.dumps(report))
