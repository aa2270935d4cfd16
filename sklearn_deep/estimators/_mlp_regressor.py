"""The multilayer perceptron for regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import torch
from sklearn import neural_network

from sklearn_deep._shared import explained
from sklearn_deep.estimators._base import DeepEstimator, DeepRegressorMixin, mlp_architecture
from sklearn_deep.estimators._data import FitCall, Validation
from sklearn_deep.estimators._exchange import SklearnExchangeMixin
from sklearn_deep.estimators._parameters import hints
from sklearn_deep.estimators._tasks import RegressionTask


@explained
class MLPRegressor(DeepRegressorMixin, SklearnExchangeMixin, DeepEstimator):
    """Multilayer perceptron regressor.

    Minimizes ``J = mean loss + Σ_l λ_l/2 ‖W_l‖² + penalties`` by gradient descent on batches. In
    addition to scikit-learn's MLP it offers dropout, noise, normalization, augmentation, initializers,
    more activations, losses, penalties and schedules, separate validation data, and a GPU.

    A hidden layer applies, in this order: linear map, normalization, activation, noise, dropout. The
    target is standardized for training (``normalize_y``), but the features are not: place a
    ``StandardScaler`` before the estimator.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int >= 1, default=(256, 256)
        Number of units in each hidden layer; ``()`` gives a linear model.
    activation : str, Activation, ``nn.Module`` class or callable, default="relu"
        Activation function of the hidden layers: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    init : str, Initializer, callable or sequence of such, default="auto"
        Initial weights: ``he_``, ``lecun_`` or ``glorot_`` followed by "normal", "uniform" or "truncated";
        "orthogonal", "normal", "zeros"; or ``f(fan_out, fan_in, generator)``. One for all weight matrices,
        or a sequence with one for each, from input to output (autoencoders: encoder, head, decoder). "auto"
        depends on the input of the matrix: variance 1 / fan_in or less for features, He's 2 / fan_in after
        ReLU, LeCun's after SELU, Glorot's after tanh and logistic; smaller if the matrix computes
        predictions or reconstructions. Biases are initialized to 0.
    normalization : {"batch", "layer"} or None, default=None
        Normalization between the linear map and the activation of each hidden layer. "batch" requires at
        least two samples per batch, because one sample has no variance: a last batch of one sample is merged
        into the batch before it; ``batch_size=1`` and ``partial_fit`` on one sample raise an error.
    dropout : float in [0, 1) or sequence of such, default=0.0
        Probability of *dropping* a unit: a number for all hidden layers, or a sequence with one number for
        the input, followed by one for each hidden layer (autoencoders: encoder, decoder, head).
    input_noise : float >= 0, str or Noise, default=0.0
        Noise on the input of the network during training; autoencoders reconstruct the samples without it. A
        number is the standard deviation of Gaussian noise, in the units of X. Other noise is given as
        "dropout", "masking", "salt_and_pepper" or an instance such as ``Masking(rate=0.5)``.
    hidden_noise : float >= 0, str or Noise, default=0.0
        Noise after the activation of each hidden layer, specified like ``input_noise``.
    weight_noise : float >= 0, str or Noise, default=0.0
        Noise on weight matrices and biases, drawn for each batch and specified like ``input_noise``.
    weight_decay : float >= 0 or sequence of such, default=0.0
        Strength λ of the L2 penalty ``λ/2 ‖W‖²``, one for all weight matrices or one for each, in the order
        of ``init``. Biases and normalization are never penalized. scikit-learn divides ``alpha`` by the batch
        size: its default of 1e-4 with batches of 200 corresponds to λ = 5e-7. With ``optimizer="adamw"`` the
        decay is decoupled (``W -= learning_rate λ W``) and not part of the objective.
    penalty : str, Penalty, callable, sequence of such, or None, default=None
        Additional penalty or constraint of the weight matrices, one for all or one for each: "l1", "l2",
        "l1l2", "max_norm", "orthogonality", an instance such as ``L1(l1=1e-4)``, or a function of a weight
        matrix ``(n_out, n_in)`` that returns its penalty, a tensor of shape ``()``. Autoencoders also accept
        penalties of the code: "code_l1", "code_kl" (sparse), "contractive" or an instance. In a sequence,
        None means no penalty, and penalties of the code may be at any position.
    augmentation : str, Augmentation, callable or None, default=None
        Augmented copies of the training samples, **added** to them and drawn again in each epoch: "gaussian",
        "mixup", "shift", "rotate_scale" (the last two for images), an instance such as ``Shift(copies=2)``,
        or ``f(x, generator)``, which returns one new sample for each sample of a batch ``x``. Validation
        samples are not augmented.
    loss : str, Loss or callable, default="squared_error"
        Loss of the predictions. It is averaged over outputs: "squared_error" (half the squared error, as in
        scikit-learn), "absolute_error", "huber", "poisson" (for counts; the network predicts the logarithm),
        "quantile", an instance such as ``Quantile(quantile=0.9)``, or ``f(output, target)`` of tensors
        ``(n_samples, n_outputs)`` that returns one loss per sample, ``(n_samples,)``.
    normalize_y : bool, default=True
        If true, the network is trained on standardized targets: each output minus its (weighted) mean,
        divided by its standard deviation, over the training samples that have a target; for "poisson" only
        divided by the mean. ``predict``, ``score`` and callbacks use the original units of y; ``history_``,
        penalties, augmentation, ``early_stopping`` and ``Huber.delta`` use the standardized target. It has
        no effect with "binary_cross_entropy", functions, and losses whose ``unit_change`` is "none".
        ``warm_start`` and ``partial_fit`` keep the mean and standard deviation of the first call.
    optimizer : str, Optimizer or class of ``torch.optim``, default="adam"
        Optimizer: "adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs" (uses all samples in each step and
        chooses the step size itself), or a class such as ``torch.optim.Adagrad``. Pass an instance to set its
        parameters, e.g. ``Adam(beta_1=0.8, clip_norm=1.0)`` or ``TorchOptimizer(torch.optim.Rprop)``; a
        search can then vary them, e.g. ``optimizer__beta_1``.
    learning_rate : float > 0, default=3e-3
        Initial step size, ``learning_rate_init`` in scikit-learn. "lbfgs" ignores it and ``schedule``.
    schedule : str, Schedule, callable or None, default="auto"
        Change of the learning rate: "step", "exponential", "cosine", "one_cycle", "plateau", "warm_up",
        "constant" (or None), an instance, or a function of the epoch (from 0) that returns a factor. "auto"
        multiplies it by 0.3 if a ``val_`` metric that ``early_stopping`` monitors has not improved in 5 epochs.
    batch_size : int >= 1 or "auto", default="auto"
        Number of samples per batch, at most all; "auto" means 128 (all for "lbfgs").
    max_epochs : int >= 1, default=200
        Maximum number of epochs (passes over the training samples), ``max_iter`` in scikit-learn.
    max_seconds : float > 0 or None, default=None
        Time limit in seconds (wall-clock time). It is checked before each epoch except the first. When it is
        reached, training ends as at ``max_epochs``, with a ``ConvergenceWarning``; such results are not
        reproducible. None sets no limit.
    early_stopping : bool, str, EarlyStopping or None, default="auto"
        When to stop before ``max_epochs``. ``True`` monitors ``val_loss``, the name of a metric in
        ``history_`` monitors that metric; both wait for 10 epochs without improvement and restore the best
        weights. "auto" is ``True`` if ``X_val`` is passed or there are at least 500 distinct samples to split;
        otherwise it stops if ``loss`` has not fallen by 0.5 % of its first value within 10 epochs.
        "convergence" stops if ``loss`` has not fallen for 20 epochs; ``False`` and ``None`` never stop.
    validation_fraction : float in (0, 1), default=0.1
        Fraction of the training samples held out for validation (stratified by class). Used **only** if
        ``early_stopping`` or ``schedule`` monitors a ``val_`` metric and ``X_val`` is not passed to ``fit``.
    warm_start : bool, default=False
        If true, ``fit`` continues from the weights, optimizer state and epoch of the previous fit. The
        schedules "cosine", "one_cycle" and "warm_up" restart in each ``fit``; "step", "exponential",
        "plateau" and functions of the epoch continue. ``partial_fit`` continues every schedule and warns
        once the schedule has ended.
    random_state : int, RandomState or None, default=None
        Seed or generator of random numbers; pass an int for reproducible results. Determines the initial
        weights, the order of samples, all noise and the validation split. With an int, repeated fits are
        bit-identical on the same CPU. None draws a seed from numpy's global generator.
    dtype : {"float32", "float64"}, default="float32"
        Floating-point type for training. Predictions use the floating-point type of their input.
    device : str, default="cpu"
        Device for training: "cpu", "cuda", "cuda:<index>", or "auto" for a GPU if one is available.
    net_callbacks : list of skorch callbacks or None, default=None
        Callbacks, or pairs ``(name, callback)``. They receive the same events as in skorch's training loop,
        and may stop the fit and change the learning rate, gradients and weights.
    verbose : bool or int >= 0, default=0
        Verbosity; 0 prints nothing. If true, print one line per epoch, then why training stopped and the
        epoch whose weights are kept.

    Attributes
    ----------
    n_outputs_ : int
        Number of outputs, that is of values predicted for each sample.
    n_features_in_ : int
        Number of features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features. Defined only if all column names of X are strings.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value per epoch: ``loss`` (mean of the objective in training mode, including penalties), ``r2``
        (in training mode), ``val_loss`` and ``val_r2`` if there are validation samples (in evaluation mode,
        with sample weights, without penalties), ``learning_rate``, ``seconds``. Losses are those of the
        standardized target, see ``normalize_y``; ``r2`` has no unit.
    n_epochs_ : int
        Number of epochs run.
    best_epoch_ : int
        Epoch (from 0) with the best value of the monitored metric; without early stopping, the lowest loss.
    diverged_ : bool
        Whether the loss or weights became infinite or NaN. Then the weights of the last finite epoch (or the
        initial weights) are kept, with a ``ConvergenceWarning``.
    stop_reason_ : str
        Why training ended: "max_epochs", "early_stopping", "max_seconds", "callback", "divergence",
        "partial_fit", or "paused" for candidates dropped by a search.
    net_ : skorch.NeuralNet
        skorch net with the fitted network, for predictions, history and saving. It cannot be trained.
    module_ : torch.nn.Module
        Trained network, built from torch's own layers, in evaluation mode. In-place changes of its weights
        affect predictions and warm starts; other changes have no effect.

    See Also
    --------
    MLPClassifier : Multilayer perceptron classifier.
    sklearn.neural_network.MLPRegressor : Scikit-learn's MLP, based on numpy.

    References
    ----------
    Goodfellow et al., "Deep Learning", 2016, chapters 6 to 8.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep import MLPRegressor
    >>> X = np.linspace(-2, 2, 200)[:, None]
    >>> y = X[:, 0] ** 2
    >>> mlp = MLPRegressor((32,), activation="tanh", learning_rate=0.02, early_stopping=None,
    ...                    random_state=0)
    >>> bool(mlp.fit(X, y).score(X, y) > 0.9)
    True
    """

    _counterpart = neural_network.MLPRegressor

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (256, 256),
        *,
        activation: hints.ActivationHint = "relu",
        init: hints.InitializerHint = "auto",
        normalization: hints.NormalizationHint = None,
        dropout: float | Sequence[float] = 0.0,
        input_noise: hints.NoiseHint = 0.0,
        hidden_noise: hints.NoiseHint = 0.0,
        weight_noise: hints.NoiseHint = 0.0,
        weight_decay: float | Sequence[float] = 0.0,
        penalty: hints.PenaltyHint = None,
        augmentation: hints.AugmentationHint = None,
        loss: hints.RegressorLossHint = "squared_error",
        normalize_y: bool = True,
        optimizer: hints.OptimizerHint = "adam",
        learning_rate: float = 3e-3,
        schedule: hints.ScheduleHint = "auto",
        batch_size: hints.BatchSizeHint = "auto",
        max_epochs: int = 200,
        max_seconds: float | None = None,
        early_stopping: hints.EarlyStoppingHint = "auto",
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        random_state: hints.RandomStateHint = None,
        dtype: hints.DtypeHint = "float32",
        device: hints.DeviceHint = "cpu",
        net_callbacks: Sequence[Any] | None = None,
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
        self.penalty = penalty
        self.augmentation = augmentation
        self.loss = loss
        self.normalize_y = normalize_y
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_seconds = max_seconds
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.random_state = random_state
        self.dtype = dtype
        self.device = device
        self.net_callbacks = net_callbacks
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
        """Fit the network, from new initial weights unless ``warm_start`` is true.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples; standardize them (``StandardScaler``). Sparse matrices and arrays on disk
            (``numpy.memmap``) are converted to dense arrays of type ``dtype`` one batch at a time.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None means 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. Only ratios of weights matter, and unlike in scikit-learn and torch, which divide by the
            sum of the weights in the batch, their effect does not depend on ``batch_size``.
        X_val : array-like or sparse matrix of shape (n_validation, n_features), default=None
            Validation samples, preprocessed like X; not used for training. A ``Pipeline`` preprocesses
            them with ``transform_input=["X_val"]``, see docs/guide/validation.md.
        y_val : array-like of shape (n_validation,) or (n_validation, n_outputs), default=None
            Target values of the validation samples.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weight >= 0 of each validation sample; None means 1 for all.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or an argument is invalid. The estimator is left unchanged.
        TypeError
            If a plug-in parameter has the wrong type.

        Warns
        -----
        ScaleWarning
            If columns of X are not scaled, or X_val is far outside the range of X; see docs/guide/scale.md.
        ConvergenceWarning
            If training diverges or reaches ``max_seconds``, or if it reaches ``max_epochs`` although the
            metric that ``early_stopping`` monitors improved by more than 0.1 % within the last
            ``min(patience, 10)`` epochs.
        """
        validation = Validation(X_val, y_val, sample_weight_val)
        return self._fit(self._fit_call(X, y, sample_weight, validation))

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch, continuing from the current weights.

        ``early_stopping`` is ignored, and no validation samples are held out. The optimizer state is kept
        from a previous ``partial_fit`` or a ``fit`` with ``warm_start=True``; after any other ``fit`` the
        optimizer starts with a new state.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples of this call.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None means 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch, as in Keras. Unlike in ``fit``, doubling all
            weights therefore doubles the loss.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an argument is invalid. The estimator is left unchanged.
        """
        return self._fit(FitCall(X, y, sample_weight, continues=self._is_fitted, partial=True))

    def _task(self, continues: bool) -> RegressionTask:
        return RegressionTask.of(self, continues)

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        return mlp_architecture(self, n_features, n_outputs, dtype)
