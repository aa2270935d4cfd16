"""The multilayer perceptron that predicts numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils import Tags, check_consistent_length
from sklearn.utils.validation import validate_data

from sklearn_deep.estimators._deep_estimator import Validation
from sklearn_deep.estimators._mlp import BaseMLP
from sklearn_deep.estimators._rows import FLOATS, Rows, checked_weight, naming
from sklearn_deep.losses import Loss
from sklearn_deep.plugins import resolve


class MLPRegressor(RegressorMixin, BaseMLP):
    """Multilayer perceptron that predicts numbers.

    Minimises ``J = mean loss + Σ_l λ_l/2 ‖W_l‖²`` by gradient steps on batches. Unlike
    scikit-learn's MLP it has dropout, noise, normalisation, a choice of initialisers and
    activations, validation data of its own, and runs on a GPU.

    The order in a hidden layer is linear, normalisation, activation, noise, dropout. Targets far
    from unit scale train slowly: wrap the estimator in a ``TransformedTargetRegressor``.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int >= 1, default=(100,)
        Units of each hidden layer; ``()`` is a linear model.
    activation : str, Activation, ``nn.Module`` class, or callable, default="relu"
        Function after each hidden layer: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    init : str, Initializer or callable, default="auto"
        Initial weights: "he_", "lecun_" or "glorot_" with "normal", "uniform" or "truncated";
        "orthogonal", "normal", "zeros"; or ``f(fan_out, fan_in, generator)``. "auto" is "he_normal"
        for the ReLU family, "lecun_normal" for SELU, "glorot_uniform" otherwise. Biases start at 0.
    normalization : {"batch", "layer"} or None, default=None
        Normalisation between the linear map and the activation of each hidden layer.
    dropout : float in [0, 1) or sequence of such, default=0.0
        Probability of *dropping* a unit: one number for every hidden layer, or the input's first and
        then each hidden layer's.
    input_noise : float >= 0 or Noise, default=0.0
        Standard deviation, in the units of X, of normal noise added to each batch.
    hidden_noise : float >= 0 or Noise, default=0.0
        The same after the activation of each hidden layer.
    weight_noise : float >= 0 or Noise, default=0.0
        The same on each weight matrix and bias of the linear layers, drawn anew each step.
    weight_decay : float >= 0 or sequence of such, default=0.0
        λ, one for all weight matrices or one each: adds ``λ/2 ‖W‖²`` to the objective, so exactly
        ``λ W`` to the gradient, whatever the batch size (scikit-learn's alpha divides by it). Biases
        and normalisation are never penalised. With ``optimizer="adamw"`` the decay is decoupled
        (``W -= learning_rate λ W``) and no part of the objective.
    loss : {"squared_error"} or Loss, default="squared_error"
        What is minimised: half the squared error, mean over outputs, as in scikit-learn.
    optimizer : {"adam", "adamw", "sgd"} or Optimizer, default="adam"
        Update rule. Give an instance to set its numbers, e.g. ``optimizer=Adam(beta_1=0.8)``; a search
        then reaches them as ``optimizer__beta_1``.
    learning_rate : float > 0, default=1e-3
        Step size.
    batch_size : int >= 1 or "auto", default="auto"
        Rows a step; "auto" is 200. At most all rows.
    max_epochs : int >= 1, default=200
        Passes over the training rows, at most.
    early_stopping : bool, "convergence", EarlyStopping or None, default="convergence"
        ``False`` and ``None`` run ``max_epochs``. ``True`` monitors ``val_loss`` with patience 10 and
        restores the best weights. "convergence" stops when ``loss`` has not fallen for 20 epochs.
    validation_fraction : float in (0, 1), default=0.1
        Share of the training rows split off, **only** where ``early_stopping`` monitors a
        ``val_`` value and ``fit`` gets no ``X_val``.
    random_state : int, RandomState or None, default=None
        Source of the initial weights, the order of rows, all noise and the validation split. With an
        int the same fit gives the same bits on one machine's CPU. No global generator is moved, except
        numpy's, once, by None.
    dtype : {"float32", "float64"}, default="float32"
        Arithmetic of training. Prediction runs in the float type of its input.
    device : str, default="cpu"
        "cpu", "cuda", "cuda:<index>", or "auto": a GPU where there is one.
    verbose : bool or int >= 0, default=0
        Print a line an epoch where true.

    Attributes
    ----------
    n_outputs_ : int
        Numbers predicted for each row.
    n_features_in_ : int
        Features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, where X had string column names.
    history_ : dict of str to ndarray of shape (n_epochs_,)
        One value an epoch: ``loss`` (training-mode mean of the objective, penalties included),
        ``r2`` (training mode), ``val_loss`` and ``val_r2`` where there are validation rows
        (evaluation mode, without penalties; sample weights count), ``learning_rate``,
        ``seconds``.
    n_epochs_ : int
        Epochs run.
    best_epoch_ : int
        Epoch, from 0, of the best monitored value; without early stopping, of the lowest loss.
    diverged_ : bool
        Whether loss or weights became infinite or NaN. The weights of the last finite epoch are then
        kept (the initial ones if there is none), with a ``ConvergenceWarning``.
    net_ : skorch.NeuralNet
        The net that hosted the fit: its history, saving and callbacks.
    module_ : torch.nn.Module
        The trained network.

    See Also
    --------
    MLPClassifier : The same network for classes.
    sklearn.neural_network.MLPRegressor : Scikit-learn's own, on numpy.

    References
    ----------
    Goodfellow et al., "Deep Learning", 2016, chapters 6 to 8.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep import MLPRegressor
    >>> X = np.linspace(-2, 2, 200)[:, None]
    >>> y = X[:, 0] ** 2
    >>> mlp = MLPRegressor((32,), activation="tanh", learning_rate=0.02, random_state=0)
    >>> bool(mlp.fit(X, y).score(X, y) > 0.9)
    True
    """

    n_outputs_: int

    _metric = "r2"
    _parameter_constraints = BaseMLP._parameter_constraints | {"loss": [str, Loss]}

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        *,
        activation: Any = "relu",
        init: Any = "auto",
        normalization: str | None = None,
        dropout: float | Sequence[float] = 0.0,
        input_noise: Any = 0.0,
        hidden_noise: Any = 0.0,
        weight_noise: Any = 0.0,
        weight_decay: float | Sequence[float] = 0.0,
        loss: Any = "squared_error",
        optimizer: Any = "adam",
        learning_rate: float = 1e-3,
        batch_size: int | str = "auto",
        max_epochs: int = 200,
        early_stopping: Any = "convergence",
        validation_fraction: float = 0.1,
        random_state: Any = None,
        dtype: str = "float32",
        device: str = "cpu",
        verbose: int = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.init = init
        self.normalization = normalization
        self.dropout = dropout
        self.input_noise = input_noise
        self.hidden_noise = hidden_noise
        self.weight_noise = weight_noise
        self.weight_decay = weight_decay
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.dtype = dtype
        self.device = device
        self.verbose = verbose

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Train on rows from fresh weights.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows; scale them (``StandardScaler``).
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Numbers to predict.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each row; None is 1 for all.
        X_val : array-like of shape (n_validation, n_features), default=None
            Validation rows, preprocessed as X is. They are never trained on.
        y_val : array-like of shape (n_validation,) or (n_validation, n_outputs), default=None
            Their targets.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Their weights.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or an argument is not what it must be. The estimator then stays as it was.
        TypeError
            If a plug-in is given as something that is none.
        """
        return self._fit(X, y, sample_weight, Validation(X_val, y_val, sample_weight_val))

    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As y was in ``fit``.
        """
        outputs = self._outputs(X)
        return outputs[:, 0] if self._flat_target else outputs

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> Rows:
        owner = type(self).__name__
        _check_numbers(y, argument="y", owner=owner)
        with naming("X and y", owner=owner):
            check_consistent_length(X, y)
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        self._flat_target = y.ndim == 1
        y = y.reshape(len(y), -1).astype(np.float64)
        self.n_outputs_ = y.shape[1]
        weight = checked_weight(sample_weight, X, argument="sample_weight", owner=owner)
        return Rows(X, y, weight)

    def _checked_validation(self, validation: Validation) -> Rows:
        owner = type(self).__name__
        _check_numbers(validation.y, argument="y_val", owner=owner)
        with naming("X_val and y_val", owner=owner):
            X, y = validate_data(
                self,
                validation.X,
                validation.y,
                dtype=FLOATS,
                reset=False,
                multi_output=True,
                y_numeric=True,
            )
        y = y.reshape(len(y), -1).astype(np.float64)
        if y.shape[1] != self.n_outputs_:
            raise ValueError(
                f"y_val of {owner}.fit must have as many columns as y, {self.n_outputs_}, got {y.shape[1]}."
            )
        weight = checked_weight(
            validation.sample_weight, X, argument="sample_weight_val", owner=owner
        )
        return Rows(X, y, weight)

    def _loss(self) -> Loss:
        owner = type(self).__name__
        loss: Loss = resolve("losses", self.loss, argument="loss", owner=owner)
        if loss.task != "regression":
            raise ValueError(
                f"The 'loss' parameter of {owner} must be a loss for numbers, got {self.loss!r}, which "
                "is for classes. Use 'squared_error', or MLPClassifier."
            )
        return loss

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return y

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _check_numbers(y: Any, *, argument: str, owner: str) -> None:
    values = np.asarray(y)
    if y is None or values.dtype.kind not in "OUS":
        return
    for value in values.ravel().tolist():
        try:
            float(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"{argument} of {owner}.fit must hold numbers, got {value!r}. For classes use "
                "MLPClassifier."
            ) from None
