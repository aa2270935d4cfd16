"""The multilayer perceptron that predicts numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sklearn import neural_network

from sklearn_deep._shared import explained
from sklearn_deep.estimators._base import BaseMLP
from sklearn_deep.estimators._data import Request, Validation
from sklearn_deep.estimators._exchange import Exchange
from sklearn_deep.estimators._tasks import Regressing


@explained
class MLPRegressor(Regressing, Exchange, BaseMLP):
    """Multilayer perceptron that predicts numbers.

    Minimises ``J = mean loss + Σ_l λ_l/2 ‖W_l‖² + penalties`` by gradient steps on batches. Unlike
    scikit-learn's MLP it has dropout, noise, normalisation, augmentation, a choice of initialisers,
    activations, losses, penalties and schedules, validation data of its own, and runs on a GPU.

    The order in a hidden layer is linear, normalisation, activation, noise, dropout. The
    target is normalized for training (``normalize_y``); the samples are not: put a ``StandardScaler``
    before the estimator.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int >= 1, default=(100,)
        Units of each hidden layer; ``()`` is a linear model.
    activation : str, Activation, ``nn.Module`` class, or callable, default="relu"
        Function after each hidden layer: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    init : str, Initializer, callable or sequence of such, default="auto"
        Initial weights: ``he_``, ``lecun_`` or ``glorot_`` with "normal", "uniform" or "truncated";
        "orthogonal", "normal", "zeros"; or ``f(fan_out, fan_in, generator)``. One for all weight
        matrices, or a sequence with one for each, from the input on. "auto" chooses for each
        matrix by what it multiplies: at most variance 1 / fan_in for inputs; He's 2 / fan_in for
        outputs of ReLU, the like for its relatives, LeCun's for SELU, Glorot's for tanh and logistic;
        and a smaller variance for the matrix that makes the predictions. Biases start at 0.
    normalization : {"batch", "layer"} or None, default=None
        Normalisation between the linear map and the activation of each hidden layer.
        With "batch", a last batch of one sample joins the batch before it, and one sample alone
        (``batch_size=1``, ``partial_fit`` of one sample) is an error: it has no variance.
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
        ``λ W`` to the gradient, whatever the batch size. Scikit-learn's ``alpha`` is divided by the
        batch size, so λ is alpha / batch size: 5e-7 for its default of 1e-4 and batches of 200. Biases
        and normalisation are never penalised. With ``optimizer="adamw"`` the decay is decoupled
        (``W -= learning_rate λ W``) and no part of the objective.
    penalty : str, Penalty, callable, sequence of such, or None, default=None
        Further penalty or bound of the weight matrices, one for all or one each: "l1", "l2", "l1l2",
        "max_norm", "orthogonality", an instance such as ``L1(l1=1e-4)``, or a function of a weight
        matrix ``(n_out, n_in)`` that returns its penalty, a tensor of shape ``()``. In a sequence
        None is none.
    augmentation : str, Augmentation, callable or None, default=None
        Rows **added** each epoch, made anew from the training rows: "gaussian", "mixup", "shift",
        "rotate_scale" (the last two for rows that are images), an instance such as
        ``Shift(copies=2)``, or ``f(x, generator)`` that returns one new row for each row of a batch
        ``x``. Validation rows are left alone.
    loss : str, Loss or callable, default="squared_error"
        What is minimised: "squared_error" (half the square, as in scikit-learn), "absolute_error",
        "huber", "poisson" (for counts: the network gives the logarithm), "quantile", an instance such
        as ``Quantile(quantile=0.9)``, or ``f(output, target)`` of tensors ``(n_samples, n_outputs)`` that
        returns one loss a row, ``(n_samples,)``. The mean over outputs.
    normalize_y : bool, default=True
        Whether the network learns the target in its own unit: minus the mean and divided by the standard
        deviation of each output over the training samples (weighted; without validation samples), or
        divided by the mean for "poisson". ``predict``, ``score`` and callbacks see the unit of y; ``history_``,
        penalties, augmentation, ``early_stopping`` and ``Huber.delta`` that of the normalized target.
        "binary_cross_entropy", functions, and losses whose ``unit_change`` is "none" leave y unchanged.
        ``warm_start`` and ``partial_fit`` keep the scale of the first call.
    optimizer : str, Optimizer, or class of ``torch.optim``, default="adam"
        Update rule: "adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs" (all rows a step, and an own
        choice of the step size), or a class such as ``torch.optim.Adagrad``. Give an instance to set
        its numbers, e.g. ``Adam(beta_1=0.8, clip_norm=1.0)`` or ``TorchOptimizer(torch.optim.Rprop,
        options={"etas": (0.4, 1.3)})``; a search then reaches them as ``optimizer__beta_1``.
    learning_rate : float > 0, default=1e-3
        Step size; "lbfgs" has no use for it, nor for a schedule.
    schedule : str, Schedule, callable or None, default=None
        How the step size changes: "step", "exponential", "cosine", "one_cycle", "plateau", "warm_up",
        "constant" (also None), an instance, or a function of the epoch, from 0, that returns a factor.
    batch_size : int >= 1 or "auto", default="auto"
        Rows a step; "auto" is 200 (all for "lbfgs"). At most all rows.
    max_epochs : int >= 1, default=200
        Passes over the training rows, at most.
    early_stopping : bool, "convergence", EarlyStopping or None, default="convergence"
        ``False`` and ``None`` run ``max_epochs``. ``True`` monitors ``val_loss`` with patience 10 and
        restores the best weights. "convergence" stops when ``loss`` has not fallen for 20 epochs.
    validation_fraction : float in (0, 1), default=0.1
        Share of the training rows split off, **only** where ``early_stopping`` or ``schedule`` monitors a
        ``val_`` value and ``fit`` gets no ``X_val``.
    warm_start : bool, default=False
        Whether ``fit`` continues from the weights, optimizer state and epoch of the last one. The
        schedules "cosine", "one_cycle" and "warm_up" begin anew in each ``fit``; "step", "exponential",
        "plateau" and functions of the epoch continue. ``partial_fit`` continues every schedule, and
        warns once it has come to its end.
    random_state : int, RandomState or None, default=None
        Source of the initial weights, the order of rows, all noise and the validation split. With an
        int the same fit gives the same bits on one machine's CPU. No global generator is moved, except
        numpy's, once, by None.
    dtype : {"float32", "float64"}, default="float32"
        Arithmetic of training. Prediction runs in the float type of its input.
    device : str, default="cpu"
        "cpu", "cuda", "cuda:<index>", or "auto": a GPU where there is one.
    net_callbacks : list of skorch callbacks or None, default=None
        Instances, or pairs of a name and one, told of each epoch, batch and gradient, as by skorch's
        own loop; they may stop the fit, and change learning rate, gradients and weights.
    verbose : bool or int >= 0, default=0
        If true, print a line per epoch, and at the end why training stopped and which epoch was kept.

    Attributes
    ----------
    n_outputs_ : int
        Numbers predicted for each row.
    n_features_in_ : int
        Features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Their names, where X had string column names.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value an epoch: ``loss`` (training-mode mean of the objective, penalties included),
        ``r2`` (training mode), ``val_loss`` and ``val_r2`` where there are validation rows
        (evaluation mode, without penalties; sample weights count), ``learning_rate``,
        ``seconds``. Losses are of the normalized target, see ``normalize_y``; ``r2`` has no unit.
    n_epochs_ : int
        Epochs run.
    best_epoch_ : int
        Epoch, from 0, of the best monitored value; without early stopping, of the lowest loss.
    diverged_ : bool
        Whether loss or weights became infinite or NaN. The weights of the last finite epoch are then
        kept (the initial ones if there is none), with a ``ConvergenceWarning``.
    net_ : skorch.NeuralNet
        The net that hosted the fit: predictions, history, saving. It does not train.
    module_ : torch.nn.Module
        The trained network, of torch's own layers and in evaluation mode. An in-place change of its
        weights reaches predictions and warm starts; any other change of it does not.

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
    >>> mlp = MLPRegressor((32,), activation="tanh", learning_rate=0.02, early_stopping=None,
    ...                    random_state=0)
    >>> bool(mlp.fit(X, y).score(X, y) > 0.9)
    True
    """

    _counterpart = neural_network.MLPRegressor

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
        penalty: Any = None,
        augmentation: Any = None,
        loss: Any = "squared_error",
        normalize_y: bool = True,
        optimizer: Any = "adam",
        learning_rate: float = 1e-3,
        schedule: Any = None,
        batch_size: int | str = "auto",
        max_epochs: int = 200,
        early_stopping: Any = "convergence",
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        random_state: Any = None,
        dtype: str = "float32",
        device: str = "cpu",
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
        """Train on rows, from fresh weights unless ``warm_start`` is set.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training rows; scale them (``StandardScaler``). Sparse rows and arrays on disk
            (``numpy.memmap``) become dense and of ``dtype`` a batch at a time.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Numbers to predict.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None is 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. So a weight counts as much at every ``batch_size``, and only ratios of weights
            matter. scikit-learn's MLP and torch's weighted mean divide by the sum of the weights in the
            batch, which makes weights fade in small batches; Keras divides by the number of samples
            alone.
        X_val : array-like or sparse matrix of shape (n_validation, n_features), default=None
            Validation rows, preprocessed as X is. They are never trained on. A ``Pipeline`` does that with
            ``transform_input=["X_val"]``, see docs/validation.md.
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

        Warns
        -----
        ScaleWarning
            If columns of X are off scale, or X_val lies far outside the range of X; see
            docs/guide/scale.md.
        ConvergenceWarning
            If the fit diverges, or ends at ``max_epochs`` although ``early_stopping`` did not stop it and
            the monitored value still improved by more than 0.1 % in the last ``min(patience, 10)`` epochs.
        """
        validation = Validation(X_val, y_val, sample_weight_val)
        return self._fit(self._request(X, y, sample_weight, validation))

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch on some rows, going on from where the estimator stands.

        ``early_stopping`` is not looked at, and no validation rows are split off.

        The optimizer continues after an earlier ``partial_fit``, or after a ``fit`` with ``warm_start``.
        After any other ``fit`` it starts afresh from the weights, since its state is not kept.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows of this call.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Their targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None is 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch alone, as in Keras: weights are absolute,
            and 1 is the standard.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an argument is not what it must be. The estimator then stays as it was.
        """
        return self._fit(Request(X, y, sample_weight, goes_on=self._is_fitted, partial=True))

    def _take_outputs(self, mlp: neural_network.MLPRegressor) -> None:
        self.n_outputs_ = mlp.n_outputs_
        self._flat_target = mlp.n_outputs_ == 1
