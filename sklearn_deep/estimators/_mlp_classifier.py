"""The multilayer perceptron that predicts classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import torch
from sklearn import neural_network

from sklearn_deep._shared import explained
from sklearn_deep.estimators._base import DeepClassifierMixin, DeepEstimator, mlp_architecture
from sklearn_deep.estimators._data import FitCall, Validation
from sklearn_deep.estimators._exchange import SklearnExchangeMixin
from sklearn_deep.estimators._parameters import CLASSIFIER_CONSTRAINTS, hints
from sklearn_deep.estimators._tasks import ClassificationTask


@explained
class MLPClassifier(DeepClassifierMixin, SklearnExchangeMixin, DeepEstimator):
    """Multilayer perceptron that predicts classes.

    Minimizes ``J = mean loss + Σ_l λ_l/2 ‖W_l‖² + penalties`` by gradient steps on batches. Unlike
    scikit-learn's MLP it has dropout, noise, normalization, augmentation, class weights, a choice
    of initializers, activations, penalties and schedules, separate validation data, and runs on a GPU.

    The order in a hidden layer is linear, normalization, activation, noise, dropout. Two classes
    have one logit, more classes one logit each, and multilabel targets one logit per label.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int >= 1, default=(256, 256)
        Number of units of each hidden layer; ``()`` gives a linear model.
    activation : str, Activation, ``nn.Module`` class or callable, default="relu"
        Function after each hidden layer: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    init : str, Initializer, callable or sequence of such, default="auto"
        Initial weights: ``he_``, ``lecun_`` or ``glorot_`` followed by "normal", "uniform" or "truncated";
        "orthogonal", "normal", "zeros"; or ``f(fan_out, fan_in, generator)``. One for all weight matrices,
        or one for each, from input to output (autoencoders: encoder, head, decoder). "auto" chooses by
        what a matrix multiplies: at most variance 1 / fan_in for inputs; He's 2 / fan_in for outputs of
        ReLU and a similar one for its relatives, LeCun's for SELU, Glorot's for tanh and logistic; and a
        smaller variance for the matrices that make predictions and reconstructions. Biases start at 0.
    normalization : {"batch", "layer"} or None, default=None
        Normalization between the linear map and the activation of each hidden layer. With "batch", a last
        batch of one sample joins the batch before it, and one sample alone (``batch_size=1``,
        ``partial_fit`` of one sample) is an error, because it has no variance.
    dropout : float in [0, 1) or sequence of such, default=0.0
        Probability of *dropping* a unit: one number for all hidden layers, or the input's first and then
        one for each hidden layer (autoencoders: encoder, decoder, head).
    input_noise : float >= 0, str or Noise, default=0.0
        Noise on samples, never on what is to be reconstructed. A number is the standard deviation of
        normal noise, in the units of X; or "dropout", "masking", "salt_and_pepper" or an instance such as
        ``Masking(rate=0.5)``.
    hidden_noise : float >= 0, str or Noise, default=0.0
        Noise after the activation of each hidden layer, given like ``input_noise``.
    weight_noise : float >= 0, str or Noise, default=0.0
        Noise on weight matrices and biases, drawn anew in each step and given like ``input_noise``.
    weight_decay : float >= 0 or sequence of such, default=0.0
        Strength λ, one for all weight matrices or one for each, in the order of ``init``: adds
        ``λ/2 ‖W‖²`` to the objective, so exactly ``λ W`` to the gradient, whatever the batch size.
        scikit-learn divides ``alpha`` by the batch size, so λ is 5e-7 for its default of 1e-4 and batches
        of 200. Biases and normalization are never penalized. With ``optimizer="adamw"`` the decay is
        decoupled (``W -= learning_rate λ W``) and not part of the objective.
    penalty : str, Penalty, callable, sequence of such, or None, default=None
        Further penalty or bound of the weight matrices, one for all or one for each: "l1", "l2", "l1l2",
        "max_norm", "orthogonality", an instance such as ``L1(l1=1e-4)``, or a function of a weight matrix
        ``(n_out, n_in)`` that returns its penalty, a tensor of shape ``()``. Autoencoders also penalize
        the code: "code_l1", "code_kl" (sparse), "contractive" or an instance. In a sequence None is no
        penalty, and those of the code may stand anywhere.
    augmentation : str, Augmentation, callable or None, default=None
        Samples **added** in each epoch, made anew from the training samples: "gaussian", "mixup", "shift",
        "rotate_scale" (the last two for samples that are images), an instance such as ``Shift(copies=2)``,
        or ``f(x, generator)`` that returns one new sample for each sample of a batch ``x``. Validation
        samples stay unchanged.
    label_smoothing : float in [0, 1), default=0.0
        Share of each training target spread evenly over all classes. Validation targets stay unchanged.
    loss : {"cross_entropy", "focal"} or Loss, default="cross_entropy"
        Loss of the predictions; with "focal", samples that are predicted with confidence count less.
    optimizer : str, Optimizer or class of ``torch.optim``, default="adam"
        Update rule: "adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs" (all samples in each step, and its
        own choice of the step size), or a class such as ``torch.optim.Adagrad``. Give an instance to set
        its numbers, e.g. ``Adam(beta_1=0.8, clip_norm=1.0)`` or ``TorchOptimizer(torch.optim.Rprop)``; a
        search then reaches them as ``optimizer__beta_1``.
    learning_rate : float > 0, default=3e-3
        Step size (scikit-learn's ``learning_rate_init``); "lbfgs" uses neither it nor ``schedule``.
    schedule : str, Schedule, callable or None, default="auto"
        How the step size changes: "step", "exponential", "cosine", "one_cycle", "plateau", "warm_up",
        "constant" (also None), an instance, or a function of the epoch, from 0, that returns a factor;
        "auto": times 0.3 when a ``val_`` value that ``early_stopping`` monitors has not improved for 5 epochs.
    batch_size : int >= 1 or "auto", default="auto"
        Samples per step, at most all of them; "auto" is 128 (all for "lbfgs").
    max_epochs : int >= 1, default=200
        Largest number of passes over the training samples (scikit-learn's ``max_iter``).
    early_stopping : bool, str, EarlyStopping or None, default="auto"
        "auto" monitors ``val_loss`` if there is ``X_val``, or a part of 500 different samples or more can be
        spared; else it stops when ``loss`` has not fallen by 0.5 % of its first value in 10 epochs. ``True``
        (``val_loss``) and the name of a value in ``history_`` have patience 10 and restore the best weights.
        "convergence" stops when ``loss`` has not fallen for 20 epochs, ``False`` and ``None`` never stop.
    validation_fraction : float in (0, 1), default=0.1
        Share of the training samples split off for validation (classifiers: stratified), **only** if
        ``early_stopping`` or ``schedule`` monitors a ``val_`` value and ``fit`` gets no ``X_val``.
    class_weight : dict, "balanced" or None, default=None
        Factor of each class in the objective: a dict by label, or "balanced", which is
        ``n_samples / (n_classes * count)`` and counts each sample by its sample weight. It multiplies the
        sample weights (see ``fit``), so unlike the ``weight`` of torch's losses it means the same at every
        ``batch_size``. Validation values and metrics ignore it. ``partial_fit`` requires a dict or None,
        because it cannot count classes.
    warm_start : bool, default=False
        Whether ``fit`` continues from the weights, optimizer state and epoch of the last one. The
        schedules "cosine", "one_cycle" and "warm_up" begin anew in each ``fit``; "step", "exponential",
        "plateau" and functions of the epoch continue. ``partial_fit`` continues every schedule, and warns
        once the schedule has ended.
    random_state : int, RandomState or None, default=None
        Source of the initial weights, the order of samples, all noise and the validation split. With an
        int, repeated fits are bit-identical on one CPU. Only None moves a global generator: numpy's, once.
    dtype : {"float32", "float64"}, default="float32"
        Floating-point type of training. Predictions use the floating-point type of their input.
    device : str, default="cpu"
        "cpu", "cuda", "cuda:<index>", or "auto": a GPU if there is one.
    net_callbacks : list of skorch callbacks or None, default=None
        Instances, or pairs of a name and an instance, notified of each epoch, batch and gradient as by
        skorch's own loop. They may stop the fit, and change learning rate, gradients and weights.
    verbose : bool or int >= 0, default=0
        If true, print one line per epoch, and at the end why training stopped and which epoch was kept.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted; for multilabel targets the numbers of their columns.
    n_features_in_ : int
        Number of features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, if X had column names that are strings.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value per epoch: ``loss`` (training-mode mean of the objective, penalties included),
        ``accuracy`` (training mode; for multilabel targets the share of samples with all labels right),
        ``val_loss`` and ``val_accuracy`` if there are validation samples (evaluation mode, without
        penalties and class weights; sample weights count), ``learning_rate``, ``seconds``.
    n_epochs_ : int
        Number of epochs run.
    best_epoch_ : int
        Epoch, from 0, of the best monitored value; without early stopping, of the lowest loss.
    diverged_ : bool
        Whether loss or weights became infinite or NaN. The weights of the last finite epoch are then kept
        (the initial ones if there is none), with a ``ConvergenceWarning``.
    net_ : skorch.NeuralNet
        skorch net that hosted the fit, for predictions, history and saving. It does not train.
    module_ : torch.nn.Module
        Trained network, made of torch's own layers and in evaluation mode. An in-place change of its
        weights reaches predictions and warm starts; any other change of it does not.

    See Also
    --------
    MLPRegressor : The same network for numbers.
    sklearn.neural_network.MLPClassifier : Scikit-learn's MLP, on numpy.

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

    _counterpart = neural_network.MLPClassifier
    _parameter_constraints = DeepEstimator._parameter_constraints | CLASSIFIER_CONSTRAINTS

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
        label_smoothing: float = 0.0,
        loss: hints.ClassifierLossHint = "cross_entropy",
        optimizer: hints.OptimizerHint = "adam",
        learning_rate: float = 3e-3,
        schedule: hints.ScheduleHint = "auto",
        batch_size: hints.BatchSizeHint = "auto",
        max_epochs: int = 200,
        early_stopping: hints.EarlyStoppingHint = "auto",
        validation_fraction: float = 0.1,
        class_weight: hints.ClassWeightHint = None,
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
        self.label_smoothing = label_smoothing
        self.loss = loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
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
        """Train on samples, from fresh weights unless ``warm_start`` is set.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples; scale them (``StandardScaler``). Sparse matrices and arrays on disk
            (``numpy.memmap``) are made dense and converted to ``dtype`` one batch at a time.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, of any type that sorts; several columns of 0 and 1, sparse or not, are multilabel
            targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None is 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. Thus a weight counts equally at every ``batch_size``, and only ratios matter.
            scikit-learn and torch divide by the weights of the batch, so weights fade in small batches;
            Keras by the number of samples.
        X_val : array-like or sparse matrix of shape (n_validation, n_features), default=None
            Validation samples, preprocessed like X. They are never trained on. A ``Pipeline`` preprocesses
            them with ``transform_input=["X_val"]``, see docs/validation.md.
        y_val : array-like of shape (n_validation,) or (n_validation, n_classes), default=None
            Class labels of the validation samples.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation samples.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or an argument is invalid. The estimator then stays unchanged.
        TypeError
            If a parameter gets an object that is not a plug-in of its family.

        Warns
        -----
        ScaleWarning
            If columns of X are off scale, or X_val is far outside the range of X; see docs/guide/scale.md.
        ConvergenceWarning
            If the fit diverges, or ends at ``max_epochs`` without being stopped by ``early_stopping`` while
            the monitored value still improved by more than 0.1 % in the last ``min(patience, 10)`` epochs.
        """
        validation = Validation(X_val, y_val, sample_weight_val)
        return self._fit(self._fit_call(X, y, sample_weight, validation))

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch, continuing from the current weights.

        ``early_stopping`` is ignored and no validation samples are split off. The optimizer continues after
        an earlier ``partial_fit``, or after a ``fit`` with ``warm_start``. After any other ``fit`` it starts
        afresh, because its state is not kept.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples of this call.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, of any type that sorts; several columns of 0 and 1, sparse or not, are multilabel
            targets.
        classes : array-like of shape (n_classes,), default=None
            All labels of all calls; required in the first call, except for multilabel targets.
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
            If ``classes`` is missing in the first call or differs later, or an argument is invalid. The
            estimator then stays unchanged.
        """
        return self._fit(
            FitCall(X, y, sample_weight, continues=self._is_fitted, partial=True, classes=classes)
        )

    def _task(self, continues: bool) -> ClassificationTask:
        return ClassificationTask.of(self, continues)

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        return mlp_architecture(self, n_features, n_outputs, dtype)
