"""An autoencoder and a classification head, trained together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sklearn.metrics import accuracy_score

from sklearn_deep._shared import explained
from sklearn_deep.estimators._base import (
    AutoencoderMixin,
    DeepClassifierMixin,
    DeepEstimator,
    JointAutoencoderMixin,
)
from sklearn_deep.estimators._data import FitCall, Validation
from sklearn_deep.estimators._parameters import CLASSIFIER_CONSTRAINTS, JOINT_CONSTRAINTS, hints
from sklearn_deep.estimators._tasks import ClassificationTask, joint_terms


@explained
class JointAEClassifier(
    JointAutoencoderMixin, DeepClassifierMixin, AutoencoderMixin, DeepEstimator
):
    """Autoencoder and a head that predicts classes from the code, trained together.

    Minimizes ``J = beta · J_class + (1 - beta) · J_ae + penalties``, where J_class is the mean loss of the
    head over the samples with a label, and J_ae the mean loss of the reconstruction over all samples and
    features. Each term is divided by the mean weight of its own samples. The autoencoder regularizes the
    head, and also learns from samples without a label.

    Parameters
    ----------
    n_components : int >= 1, default=32
        Number of units (dimensions) of the code.
    beta : float in [0, 1], default=0.5
        Weight of the head's loss in the objective. 1 trains the encoder and the head without a decoder;
        0 trains only the autoencoder and leaves the head at its initial weights (with a warning).
    head_layer_sizes : int or sequence of int >= 1, default=()
        Number of units in each hidden layer of the head; ``()`` gives a linear head.
    head_input : {"code", "reconstruction"}, default="code"
        Input of the head: the code or the reconstruction.
    unlabeled_value : object, default=None
        Value in y that marks samples without a label. They count only in J_ae. NaN stands for every missing
        value: NaN, None, pandas' NA. Multilabel targets have it in all columns of a sample or in none.
    encoder_layer_sizes : int or sequence of int >= 1, default=(128,)
        Number of units in each hidden layer of the encoder; ``()`` gives a linear encoder.
    decoder_layer_sizes : int, sequence of int >= 1, or None, default=None
        Number of units in each hidden layer of the decoder; None mirrors the encoder.
    activation : str, Activation, ``nn.Module`` class or callable, default="relu"
        Activation function of the hidden layers: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    code_activation : str, Activation, ``nn.Module`` class or callable, default="identity"
        Activation function of the code; "logistic" keeps it in (0, 1), "relu" makes it sparse.
    output_activation : str, Activation, ``nn.Module`` class or callable, default="identity"
        Activation function of the reconstruction; "logistic" for data in [0, 1].
    tied_weights : bool, default=False
        If true, the decoder mirrors the encoder and uses its weight matrices, transposed.
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
    label_smoothing : float in [0, 1), default=0.0
        Fraction of each training target that is spread evenly over all classes; not used in validation.
    loss : {"cross_entropy", "focal"} or Loss, default="cross_entropy"
        Loss of the predictions. "focal" gives less weight to samples that are classified with confidence.
    reconstruction_loss : str, Loss or callable, default="squared_error"
        Loss of the reconstruction, J_ae, as ``loss`` of ``AutoencoderTransformer``: "squared_error" (the
        whole square), "absolute_error", "huber", "binary_cross_entropy" (samples in [0, 1]).
    optimizer : str, Optimizer or class of ``torch.optim``, default="adam"
        Optimizer: "adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs" (uses all samples in each step and
        chooses the step size itself), or a class such as ``torch.optim.Adagrad``. Pass an instance to set its
        parameters, e.g. ``Adam(beta_1=0.8, clip_norm=1.0)`` or ``TorchOptimizer(torch.optim.Rprop)``; a
        search can then vary them, e.g. ``optimizer__beta_1``.
    learning_rate : float > 0, default=1e-3
        Initial step size, ``learning_rate_init`` in scikit-learn. "lbfgs" ignores it and ``schedule``.
    schedule : str, Schedule, callable or None, default=None
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
    early_stopping : bool, str, EarlyStopping or None, default="convergence"
        When to stop before ``max_epochs``. ``True`` monitors ``val_loss``, the name of a metric in
        ``history_`` monitors that metric; both wait for 10 epochs without improvement and restore the best
        weights. "auto" is ``True`` if ``X_val`` is passed or there are at least 500 distinct samples to split;
        otherwise it stops if ``loss`` has not fallen by 0.5 % of its first value within 10 epochs.
        "convergence" stops if ``loss`` has not fallen for 20 epochs; ``False`` and ``None`` never stop.
    validation_fraction : float in (0, 1), default=0.1
        Fraction of the training samples held out for validation (stratified by class). Used **only** if
        ``early_stopping`` or ``schedule`` monitors a ``val_`` metric and ``X_val`` is not passed to ``fit``.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class: a dict ``{label: weight}``, or "balanced" for
        ``n_samples / (n_classes * count)``, where samples are counted with their weights. Class weights
        multiply the sample weights (see ``fit``). Validation metrics ignore them. ``partial_fit`` accepts
        only a dict or None, because it cannot count classes.
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
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted; for multilabel targets, the indices of the columns.
    n_components_ : int
        Number of units (dimensions) of the code.
    n_features_in_ : int
        Number of features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features. Defined only if all column names of X are strings.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value per epoch: ``loss`` (J, including penalties), ``loss_prediction`` (J_class),
        ``loss_reconstruction`` (J_ae), ``accuracy``, the same with prefix ``val_`` if there are validation
        samples (evaluation mode, without penalties), ``learning_rate``, ``seconds``.
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
    AutoencoderTransformer : An autoencoder without a head, for use before another estimator.
    sklearn_deep.model_selection.LabeledFold : Folds for samples without a label.

    References
    ----------
    Ranzato and Szummer, "Semi-supervised learning of compact document representations with deep
    networks", 2008.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.preprocessing import scale
    >>> from sklearn_deep import JointAEClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> some = np.where(np.arange(150) % 5, -1, y)
    >>> joint = JointAEClassifier(3, encoder_layer_sizes=(16,), beta=0.7, unlabeled_value=-1,
    ...                           learning_rate=0.01, early_stopping=None, random_state=0)
    >>> bool(joint.fit(scale(X), some).score(scale(X), y) > 0.85)
    True
    """

    _score_function = staticmethod(accuracy_score)
    _parameter_constraints = (
        DeepEstimator._parameter_constraints | CLASSIFIER_CONSTRAINTS | JOINT_CONSTRAINTS
    )

    def __init__(
        self,
        n_components: int = 32,
        *,
        beta: float = 0.5,
        head_layer_sizes: int | Sequence[int] = (),
        head_input: str = "code",
        unlabeled_value: Any = None,
        encoder_layer_sizes: int | Sequence[int] = (128,),
        decoder_layer_sizes: int | Sequence[int] | None = None,
        activation: hints.ActivationHint = "relu",
        code_activation: hints.ActivationHint = "identity",
        output_activation: hints.ActivationHint = "identity",
        tied_weights: bool = False,
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
        reconstruction_loss: hints.ReconstructionLossHint = "squared_error",
        optimizer: hints.OptimizerHint = "adam",
        learning_rate: float = 1e-3,
        schedule: hints.ScheduleHint = None,
        batch_size: hints.BatchSizeHint = "auto",
        max_epochs: int = 200,
        max_seconds: float | None = None,
        early_stopping: hints.EarlyStoppingHint = "convergence",
        validation_fraction: float = 0.1,
        class_weight: hints.ClassWeightHint = None,
        warm_start: bool = False,
        random_state: hints.RandomStateHint = None,
        dtype: hints.DtypeHint = "float32",
        device: hints.DeviceHint = "cpu",
        net_callbacks: Sequence[Any] | None = None,
        verbose: int = 0,
    ) -> None:
        self.n_components = n_components
        self.beta = beta
        self.head_layer_sizes = head_layer_sizes
        self.head_input = head_input
        self.unlabeled_value = unlabeled_value
        self.encoder_layer_sizes = encoder_layer_sizes
        self.decoder_layer_sizes = decoder_layer_sizes
        self.activation = activation
        self.code_activation = code_activation
        self.output_activation = output_activation
        self.tied_weights = tied_weights
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
        self.reconstruction_loss = reconstruction_loss
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_seconds = max_seconds
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
        """Fit the network, from new initial weights unless ``warm_start`` is true.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples; standardize them (``StandardScaler``). Sparse matrices and arrays on disk
            (``numpy.memmap``) are converted to dense arrays of type ``dtype`` one batch at a time.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, of any type that can be sorted; for multilabel targets, a dense or sparse matrix of
            0 and 1.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None means 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. Only ratios of weights matter, and unlike in scikit-learn and torch, which divide by the
            sum of the weights in the batch, their effect does not depend on ``batch_size``.
        X_val : array-like or sparse matrix of shape (n_validation, n_features), default=None
            Validation samples, preprocessed like X; not used for training. A ``Pipeline`` preprocesses
            them with ``transform_input=["X_val"]``, see docs/guide/validation.md.
        y_val : array-like of shape (n_validation,) or (n_validation, n_classes), default=None
            Class labels of the validation samples.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weight >= 0 of each validation sample; None means 1 for all.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or argument is invalid, or no sample has a label. The estimator is left unchanged.
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

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch, continuing from the current weights.

        ``early_stopping`` is ignored, and no validation samples are held out. The optimizer state is kept
        from a previous ``partial_fit`` or a ``fit`` with ``warm_start=True``; after any other ``fit`` the
        optimizer starts with a new state.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples of this call.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, of any type that can be sorted; for multilabel targets, a dense or sparse matrix of
            0 and 1.
        classes : array-like of shape (n_classes,), default=None
            All labels that occur in any call; required in the first call, except for multilabel targets.
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
        return self._fit(
            FitCall(X, y, sample_weight, continues=self._is_fitted, partial=True, classes=classes)
        )

    def _task(self, continues: bool) -> ClassificationTask:
        return ClassificationTask.of(self, continues, **joint_terms(self))
