"""What every estimator does with its parameters: plan, train, adopt."""

from __future__ import annotations

import copy
import warnings
from abc import abstractmethod
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import nn

from sklearn_deep.estimators._net import TrainingNet
from sklearn_deep.estimators._parameters import (
    check_instances,
    check_learning_rate,
    check_nested_names,
    unchanged_on_error,
)
from sklearn_deep.estimators._rows import FLOATS
from sklearn_deep.training import Plan, Result, Training, isolated

_PREDICTED_ROWS = 4096


class Validation(NamedTuple):
    """Validation rows as the user gave them."""

    X: Any
    y: Any
    sample_weight: Any


class DeepEstimator(BaseEstimator):
    """Base of all estimators: fitting is a plan, its training, and the adoption of the result."""

    net_: TrainingNet

    def set_params(self, **params: Any) -> Self:
        """Set parameters, nested ones as ``optimizer__beta_1``; all of them, or none on an error.

        Raises
        ------
        ValueError
            If a name is unknown, or reaches inside a plug-in that is given by its name.
        """
        before = self.get_params()
        plain = {name: value for name, value in params.items() if "__" not in name}
        try:
            super().set_params(**plain)
            check_nested_names(self, list(params))
            super().set_params(**{n: v for n, v in params.items() if n not in plain})
        except Exception:
            super().set_params(**before)
            raise
        return self

    @abstractmethod
    def _plan(self, X: Any, y: Any, sample_weight: Any, validation: Validation, seed: int) -> Plan:
        """Return the plan of a fit."""

    def _fit(self, X: Any, y: Any, sample_weight: Any, validation: Validation) -> Self:
        with unchanged_on_error(self):
            check_learning_rate(self)
            check_instances(self)
            self._validate_params()
            plan = self._plan(X, y, sample_weight, validation, self._seed())
            return self._adopt(plan, *self._train(plan))

    def _seed(self) -> int:
        random_state = self.get_params(deep=False)["random_state"]
        seed: int = check_random_state(random_state).randint(np.iinfo(np.int32).max)
        return seed

    def _train(self, plan: Plan) -> tuple[TrainingNet, Result]:
        with isolated(plan.seed):
            training = Training([plan])
            module = training.population.objectives[0].network
            net = TrainingNet.of(plan, module, self.get_params(deep=False)["verbose"])
            net.fit_loop(training)
            return net, training.results()[0]

    def _adopt(self, plan: Plan, net: TrainingNet, result: Result) -> Self:
        """Set what a fit leaves on the estimator."""
        self.net_ = net
        self.history_ = result.history
        self.n_epochs_ = len(result.history["loss"])
        self.best_epoch_ = result.best_epoch
        self.diverged_ = result.diverged
        if result.diverged:
            kept = f"epoch {self.n_epochs_ - 2}" if self.n_epochs_ > 1 else "the initialisation"
            warnings.warn(
                f"{type(self).__name__} diverged in epoch {self.n_epochs_ - 1} with learning_rate="
                f"{plan.learning_rate:g}; the weights of {kept} are kept (diverged_=True). Lower "
                "learning_rate, or scale the inputs.",
                ConvergenceWarning,
                stacklevel=4,
            )
        return self

    @property
    def module_(self) -> nn.Module:
        """The trained network, a plain ``torch.nn.Module``."""
        if "net_" not in vars(self):
            raise AttributeError(f"This {type(self).__name__} has no module_ before it is fitted.")
        module: nn.Module = self.net_.module_
        return module

    def _outputs(self, X: Any) -> np.ndarray:
        """Return the network's outputs for new rows, ``(n_samples, n_outputs)``, in X's float type."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        module, rows = self.module_, torch.tensor(X)
        first = next(module.parameters())
        if first.dtype != rows.dtype:
            module = copy.deepcopy(module).to(rows.dtype)
        with torch.inference_mode():
            parts = [module(part.to(first.device)).cpu() for part in rows.split(_PREDICTED_ROWS)]
        return torch.cat(parts).numpy()
