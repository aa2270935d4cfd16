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
    """What a net shows of the plan of its fit; the names are those of ``Plan``."""

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
    """A skorch net around the network of a fit, which a ``CallbackObserver`` keeps up to date.

    ``module_``, ``history``, callbacks and saving are skorch's.

    While it trains, ``module_`` is the network in training; afterward it is the plain one of
    ``fitted_``.
    """

    fitted_: FittedNetwork | None = None
    target_scale_: TargetScale | None = None
    stopped_: bool = False  # whether a callback has ended the fit

    @classmethod
    def of(
        cls,
        settings: NetSettings,
        module: nn.Module,
        callbacks: Sequence[Any] | None = None,
        verbose: int = 0,
    ) -> TrainingNet:
        """Return an initialized net around a module."""
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
        """Return this net, which shows from now on what its training has left."""
        optimizer = self.__dict__.pop("optimizer_", None)
        if optimizer is not None:
            # Schedulers in callbacks keep hold of it, and would be pickled with its weights.
            group = optimizer.param_groups[0]
            group["params"] = []
            self.numbers_ = {name: value for name, value in group.items() if name != "params"}
        self.__dict__.update(fitted_=fitted, module=fitted.module, module_=fitted.module)
        return self

    def initialize_optimizer(self, triggered_directly: bool | None = None) -> TrainingNet:
        """Leave ``optimizer_`` to its first use.

        The training has its own, and building one of torch's imports torch's compiler: a second of a
        process's first fit.

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
        """Return targets as callbacks see them, see the function of this name."""
        return shown_targets(x, y, weight, self.criterion_.loss, self.target_scale_)

    def notify(self, method_name: str, **cb_kwargs: Any) -> None:
        """Tell the callbacks; ``KeyboardInterrupt`` from one of them stops the training, as in skorch."""
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
        """Raise: the net hosts the fit of an estimator and has none of its own.

        Raises
        ------
        NotImplementedError
            Always.
        """
        raise NotImplementedError(
            "net_ hosts the fit of its estimator and cannot train. Call fit or partial_fit of the "
            "estimator, or give its module_ to a net or a loop of your own."
        )

    partial_fit = fit

    def forward_iter(self, X: Any, training: bool = False, device: str = "cpu") -> Iterator[Tensor]:
        """Yield the network's outputs, a batch at a time, in the arithmetic of training.

        Of a joint network, those of its head; of an autoencoder, reconstructions.

        Parameters
        ----------
        X : array-like, sparse matrix, Tensor, LazyRows or Dataset of such
        training : bool, default=False
            The mode of the network; noise has a part in training alone.
        device : str, default="cpu"
            Where the outputs go.

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
        """Return what the network makes of rows."""
        if self.fitted_ is None or training:
            return self.evaluation_step((rows, None), training)
        with torch.no_grad():
            return self.fitted_.predictor(rows.dtype)(rows)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, in the order of the estimator's ``classes_``.

        Networks that predict no classes return what ``predict`` returns.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        """
        values: np.ndarray = self._read(probabilities, X).numpy()
        return values

    def predict(self, X: Any) -> np.ndarray:
        """Return positions in the estimator's ``classes_``, numbers, or an autoencoder's reconstructions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As callbacks see y.
        """
        values: np.ndarray = self._read(predictions, X).numpy()
        return values

    def score(self, X: Any, y: Any) -> float:
        """Return accuracy or R² of ``predict``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like
            As ``predict`` has it.
        """
        of_classes = self.criterion_.main.task == "classification"
        return float((accuracy_score if of_classes else r2_score)(y, self.predict(X)))

    def _read(self, reading: Callable[..., Tensor], X: Any) -> Tensor:
        return reading(self.forward(X), self.criterion_.main, self.target_scale_)

    @property
    def classes_(self) -> np.ndarray:
        """The positions of the classes."""
        if self.criterion_.main.task != "classification":
            raise AttributeError("A net that predicts numbers has no classes_.")
        return np.arange(max(2, self.n_outputs_))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        of_classes = self.criterion.main.task == "classification"
        tags.estimator_type = "classifier" if of_classes else "regressor"
        return tags

    def state(self) -> dict[str, Any]:
        """Return all attributes, without those that show the fitted network."""
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
