"""The skorch net that hosts a single fit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np
import torch
from scipy.sparse import issparse
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import Tags
from skorch.dataset import Dataset
from torch import Tensor, nn

from sklearn_deep._compat.skorch import BareNet, register_optimizer
from sklearn_deep._shared import TargetScale
from sklearn_deep.estimators._data import dense
from sklearn_deep.estimators._hosting.fitted_network import FittedNetwork
from sklearn_deep.estimators._hosting.mean_loss import MeanLoss
from sklearn_deep.estimators._hosting.outputs import (
    predictions,
    probabilities,
    scored,
    shown_targets,
)
from sklearn_deep.estimators._hosting.pickling import Copied, on_cpu
from sklearn_deep.losses import Loss
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.training import LazyRows, Plan


class NetSettings(NamedTuple):
    """The fields of a ``Plan`` that a net uses."""

    loss: Loss | None
    reconstruction_loss: Loss | None
    beta: float
    optimizer: Optimizer
    learning_rate: float
    max_epochs: int
    batch_size: int
    n_outputs: int
    target_scale: TargetScale | None

    @classmethod
    def of(cls, plan: Plan) -> NetSettings:
        """Return the settings of a plan."""
        return cls(
            loss=plan.loss,
            reconstruction_loss=plan.reconstruction_loss,
            beta=plan.beta,
            optimizer=plan.optimizer,
            learning_rate=plan.learning_rate,
            max_epochs=plan.max_epochs,
            batch_size=plan.batch_size,
            n_outputs=plan.data.y.shape[1],
            target_scale=plan.target_scale,
        )


class TrainingNet(Copied, BareNet):
    """A skorch net with the network of a fit, which a ``CallbackObserver`` keeps up to date.

    ``module_``, ``history``, callbacks and saving are those of skorch.

    During training, ``module_`` is the network in training; afterward it is the plain network of
    ``fitted_``.
    """

    fitted_: FittedNetwork | None = None
    target_scale_: TargetScale | None = None
    stopped_: bool = False  # whether a callback has stopped the fit

    @classmethod
    def of(
        cls,
        settings: NetSettings,
        module: nn.Module,
        callbacks: Sequence[Any] | None = None,
        verbose: int = 0,
    ) -> TrainingNet:
        """Return an initialized net with a module."""
        kind, options = settings.optimizer.torch_equivalent()
        net = cls(
            module,
            criterion=MeanLoss(settings.loss, settings.reconstruction_loss, settings.beta),
            optimizer=kind,
            lr=settings.learning_rate,
            max_epochs=settings.max_epochs,
            batch_size=settings.batch_size,
            train_split=None,
            callbacks=None if callbacks is None else list(callbacks),
            verbose=verbose,
            device=str(next(module.parameters()).device),
            **{f"optimizer__{name}": value for name, value in options.items()},
        )
        net.n_outputs_ = settings.n_outputs
        net.target_scale_ = settings.target_scale
        net.initialize()
        return net

    def holding(self, fitted: FittedNetwork) -> TrainingNet:
        """Replace the network in training by the fitted one, and return this net."""
        optimizer = self.__dict__.pop("optimizer_", None)
        if optimizer is not None:
            # Schedulers in callbacks refer to the optimizer, and would be pickled with its weights.
            group = optimizer.param_groups[0]
            group["params"] = []
            self.numbers_ = {name: value for name, value in group.items() if name != "params"}
        self.__dict__.update(fitted_=fitted, module=fitted.module, module_=fitted.module)
        return self

    def initialize_optimizer(self, triggered_directly: bool | None = None) -> TrainingNet:
        """Defer the creation of ``optimizer_`` to its first use.

        Training does not use it, and creating a torch optimizer imports torch's compiler, which takes
        about a second in the first fit of a process.

        Parameters
        ----------
        triggered_directly : None
            Deprecated in skorch.
        """
        self.__dict__.pop("optimizer_", None)
        if "optimizer" not in self.prefixes_:
            register_optimizer(self)
        return self

    def __getattr__(self, name: str) -> Any:
        if name == "optimizer_" and "virtual_params_" in vars(self):
            super().initialize_optimizer()
            optimizer = vars(self)[name]
            optimizer.param_groups[0].update(vars(self).get("numbers_", {}))
            return optimizer
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def shown_targets(self, x: Any, y: Tensor, weight: Tensor) -> Any:
        """Return targets as callbacks receive them; see the function of the same name."""
        return shown_targets(x, y, weight, self.criterion_.loss, self.target_scale_)

    def notify(self, method_name: str, **cb_kwargs: Any) -> None:
        """Notify the callbacks; ``KeyboardInterrupt`` from one of them stops training, as in skorch."""
        outside = method_name in ("on_train_begin", "on_train_end")
        if self.stopped_ and not outside:
            return
        try:
            super().notify(method_name, **cb_kwargs)
        except KeyboardInterrupt:
            if outside or not self.callbacks:
                raise
            self.stopped_ = True

    def fit(self, X: Any, y: Any = None, **fit_params: Any) -> NoReturn:
        """Raise an error, because this net cannot be trained.

        Raises
        ------
        NotImplementedError
            Always.
        """
        raise NotImplementedError(
            "net_ contains the fitted network of an estimator and cannot be trained. Call fit or partial_fit "
            "of the estimator, or pass its module_ to your own net or training loop."
        )

    partial_fit = fit

    def forward_iter(self, X: Any, training: bool = False, device: str = "cpu") -> Iterator[Tensor]:
        """Yield the network's outputs batch by batch, computed with the dtype of training.

        For a joint network these are the outputs of its head, for an autoencoder the reconstructions.

        Parameters
        ----------
        X : array-like, sparse matrix, Tensor, LazyRows or Dataset of such
        training : bool, default=False
            Whether the network is in training mode, with noise.
        device : str, default="cpu"
            Device of the returned outputs.

        Yields
        ------
        Tensor of shape (n_samples, n_outputs)
        """
        X = X.X if isinstance(X, Dataset) else X
        like = next(self.module_.parameters()) if self.fitted_ is None else self.fitted_.like
        if not (isinstance(X, Tensor | LazyRows) or issparse(X)):
            X = np.asarray(X)
        for start in range(0, X.shape[0], self.batch_size):
            rows = torch.arange(start, min(start + self.batch_size, X.shape[0]))
            part = X[rows] if isinstance(X, Tensor | LazyRows) else dense(X[rows.numpy()])
            yield scored(self._outputs(part.to(like), training)).to(device)

    def _outputs(self, rows: Tensor, training: bool) -> Any:
        """Return the outputs of the network for samples."""
        if self.fitted_ is None or training:
            return self.evaluation_step((rows, None), training)
        with torch.no_grad():
            return self.fitted_.predictor(rows.dtype)(rows)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, in the order of the estimator's ``classes_``.

        If the network does not predict classes, return the same as ``predict``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        """
        values: np.ndarray = self._read(probabilities, X).numpy()
        return values

    def predict(self, X: Any) -> np.ndarray:
        """Return indices into the estimator's ``classes_``, target values, or reconstructions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In the form in which callbacks receive y.
        """
        values: np.ndarray = self._read(predictions, X).numpy()
        return values

    def score(self, X: Any, y: Any) -> float:
        """Return the accuracy or R² of ``predict``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like
            In the form that ``predict`` returns.
        """
        of_classes = self.criterion_.main.task == "classification"
        return float((accuracy_score if of_classes else r2_score)(y, self.predict(X)))

    def _read(self, reading: Callable[..., Tensor], X: Any) -> Tensor:
        return reading(self.forward(X), self.criterion_.main, self.target_scale_)

    @property
    def classes_(self) -> np.ndarray:
        """The indices of the classes."""
        if self.criterion_.main.task != "classification":
            raise AttributeError("A net that does not predict classes has no classes_.")
        return np.arange(max(2, self.n_outputs_))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        of_classes = self.criterion.main.task == "classification"
        tags.estimator_type = "classifier" if of_classes else "regressor"
        return tags

    def state(self) -> dict[str, Any]:
        """Return all attributes except those that are derived from the fitted network."""
        shown = ("module", "module_", "optimizer_") if self.fitted_ is not None else ()
        return {name: value for name, value in vars(self).items() if name not in shown}

    def __deepcopy__(self, memo: dict[int, Any]) -> TrainingNet:
        twin = object.__new__(type(self))
        memo[id(self)] = twin
        twin.__setstate__(copy.deepcopy(self.state(), memo))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        state = self.state()
        return state if self.device == "cpu" else on_cpu(state) | {"device": "cpu"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self.fitted_ is not None:
            self.holding(self.fitted_)
