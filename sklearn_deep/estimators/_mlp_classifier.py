"""The multilayer perceptron that predicts classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from scipy.special import expit, log_expit, log_softmax, softmax
from sklearn.base import ClassifierMixin
from sklearn.utils import check_consistent_length
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from sklearn_deep._shared._sklearn import StrOptions
from sklearn_deep.estimators._class_weight import class_factors
from sklearn_deep.estimators._deep_estimator import Validation
from sklearn_deep.estimators._mlp import BaseMLP
from sklearn_deep.estimators._rows import FLOATS, Rows, checked_weight, naming
from sklearn_deep.losses import BinaryCrossEntropy, CrossEntropy, Loss


class MLPClassifier(ClassifierMixin, BaseMLP):
    """Multilayer perceptron that predicts classes.

    Minimises ``J = mean cross-entropy + Σ_l λ_l/2 ‖W_l‖²`` by gradient steps on batches. Unlike
    scikit-learn's MLP it has dropout, noise, normalisation, class weights, a choice of
    initialisers and activations, validation data of its own, and runs on a GPU.

    The order in a hidden layer is linear, normalisation, activation, noise, dropout. Two classes
    have one logit, more have one each.

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
        Share of the training rows split off (stratified by class), **only** where ``early_stopping`` monitors a
        ``val_`` value and ``fit`` gets no ``X_val``.
    class_weight : dict, "balanced" or None, default=None
        Factor of each class in the objective: a dict by label, or "balanced",
        ``n_samples / (n_classes * count)``, counting each row by its sample weight. Validation
        values and metrics ignore it.
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
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    n_features_in_ : int
        Features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names, where X had string column names.
    history_ : dict of str to ndarray of shape (n_epochs_,)
        One value an epoch: ``loss`` (training-mode mean of the objective, penalties included),
        ``accuracy`` (training mode), ``val_loss`` and ``val_accuracy`` where there are validation rows
        (evaluation mode, without penalties and class weights; sample weights count), ``learning_rate``,
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
    MLPRegressor : The same network for numbers.
    sklearn.neural_network.MLPClassifier : Scikit-learn's own, on numpy.

    References
    ----------
    Goodfellow et al., "Deep Learning", 2016, chapters 6 to 8.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deep import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((16,), dropout=0.1, learning_rate=0.01, random_state=0)
    >>> bool(make_pipeline(StandardScaler(), mlp).fit(X, y).score(X, y) > 0.95)
    True
    """

    classes_: np.ndarray

    _metric = "accuracy"
    _parameter_constraints = BaseMLP._parameter_constraints | {
        "class_weight": [StrOptions({"balanced"}), dict, None]
    }

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
        optimizer: Any = "adam",
        learning_rate: float = 1e-3,
        batch_size: int | str = "auto",
        max_epochs: int = 200,
        early_stopping: Any = "convergence",
        validation_fraction: float = 0.1,
        class_weight: dict[Any, float] | str | None = None,
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
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
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
        y : array-like of shape (n_samples,)
            Class labels, of any type that sorts.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each row; None is 1 for all.
        X_val : array-like of shape (n_validation, n_features), default=None
            Validation rows, preprocessed as X is. They are never trained on.
        y_val : array-like of shape (n_validation,), default=None
            Their labels.
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
        """Return the most likely class of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels.
        """
        logits = self._outputs(X)
        index = logits.argmax(1) if logits.shape[1] > 1 else (logits[:, 0] > 0).astype(int)
        labels: np.ndarray = self.classes_[index]
        return labels

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``; rows sum to 1.
        """
        logits = self._outputs(X)
        if logits.shape[1] > 1:
            return softmax(logits, axis=1)
        return np.hstack([expit(-logits), expit(logits)])

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probability of each class, exact where that is tiny.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        logits = self._outputs(X)
        if logits.shape[1] > 1:
            return log_softmax(logits, axis=1)
        return np.hstack([log_expit(-logits), log_expit(logits)])

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the logits.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            With two classes one logit, positive where ``classes_[1]`` is the more likely.
        """
        logits = self._outputs(X)
        return logits if logits.shape[1] > 1 else logits[:, 0]

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> Rows:
        owner = type(self).__name__
        with naming("X and y", owner=owner):
            check_consistent_length(X, y)
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, encoded = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"{owner}.fit needs at least 2 classes in y, got 1 class: {self.classes_.tolist()[0]!r}. "
                "Check the labels, or the split that left one class only."
            )
        weight = checked_weight(sample_weight, X, argument="sample_weight", owner=owner)
        return Rows(X, encoded, weight)

    def _checked_validation(self, validation: Validation) -> Rows:
        owner = type(self).__name__
        with naming("X_val and y_val", owner=owner):
            X, y = validate_data(self, validation.X, validation.y, dtype=FLOATS, reset=False)
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(
                f"y_val of {owner}.fit must hold classes of y only, got also {unknown.tolist()!r}; the "
                f"classes of y are {self.classes_.tolist()!r}."
            )
        weight = checked_weight(
            validation.sample_weight, X, argument="sample_weight_val", owner=owner
        )
        return Rows(X, np.searchsorted(self.classes_, y), weight)

    def _loss(self) -> Loss:
        return CrossEntropy() if len(self.classes_) > 2 else BinaryCrossEntropy()

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return np.eye(len(self.classes_))[y] if len(self.classes_) > 2 else y[:, None]

    def _labels(self, y: np.ndarray) -> np.ndarray:
        return y

    def _class_weight(self, rows: Rows) -> np.ndarray | float:
        if self.class_weight is None:
            return 1.0
        owner = type(self).__name__
        return class_factors(self.class_weight, self.classes_, rows, owner=owner)[rows.y]
