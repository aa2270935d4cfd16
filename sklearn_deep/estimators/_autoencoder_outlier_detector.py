"""The autoencoder as a detector of outliers."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import OutlierMixin
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval, StrOptions
from sklearn_deep._shared import explained
from sklearn_deep.estimators._base import UnsupervisedAutoencoder
from sklearn_deep.estimators._data import FitCall, checked_weight
from sklearn_deep.estimators._hosting import TrainingNet
from sklearn_deep.estimators._outlier_threshold import outlier_threshold
from sklearn_deep.estimators._parameters import hints
from sklearn_deep.training import Plan, Result


@explained
class AutoencoderOutlierDetector(OutlierMixin, UnsupervisedAutoencoder):
    """Outlier detector based on the reconstruction error of an autoencoder.

    An ``AutoencoderTransformer`` learns to reconstruct the training samples from a low-dimensional code.
    It reconstructs samples that are unlike the training samples less well, so the loss of the
    reconstruction measures how unusual a sample is. The code must have fewer dimensions than the samples,
    or noise or a penalty must be used; otherwise the network learns to copy its input.

    There is no ``partial_fit``, because the threshold depends on the scores of all training samples with
    the final weights. ``warm_start`` continues training and computes a new threshold.

    Parameters
    ----------
    n_components : int >= 1, default=2
        Number of units (dimensions) of the code.
    contamination : "auto" or float in (0, 0.5], default="auto"
        Fraction of outliers among the training samples, by weight; it determines only ``offset_``. "auto"
        uses the cutoff of robust PCA (ROBPCA). Cube roots of squared errors are approximately normal, so a
        sample is an outlier if this root is more than 1.96 robust standard deviations (1.4826 times the
        median absolute deviation) above the median. In clean data with normal residuals, this marks 2.5 % of
        the samples. Outliers in the training data raise the cutoff slightly, so fewer samples are marked.
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
    loss : str, Loss or callable, default="squared_error"
        Loss of the reconstruction, averaged over features: "squared_error" (mean squared error, without a
        factor of 1/2), "absolute_error", "huber", or "binary_cross_entropy" (for samples in [0, 1]; the
        decoder computes logits).
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
    offset_ : float
        Score below which a sample is an outlier.
    n_components_ : int
        Number of units (dimensions) of the code.
    n_features_in_ : int
        Number of features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features. Defined only if all column names of X are strings.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value per epoch: ``loss`` (training mode, including penalties), ``val_loss`` if there are
        validation samples (evaluation mode, without penalties), ``learning_rate``, ``seconds``.
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
    AutoencoderTransformer : The same autoencoder, for use before another estimator.
    sklearn.ensemble.IsolationForest : Outlier detection with random splits; needs no scaling.
    sklearn.neighbors.LocalOutlierFactor : Outlier detection with the density of neighborhoods.

    References
    ----------
    Hawkins et al., "Outlier detection using replicator neural networks", 2002.
    Hubert, Rousseeuw and Vanden Branden, "ROBPCA: a new approach to robust principal component
    analysis", 2005, section 2.3 (the cutoff of "auto").

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep import AutoencoderOutlierDetector
    >>> t = np.random.default_rng(0).uniform(-2, 2, size=(300, 1))
    >>> X = np.hstack([t, np.sin(2 * t)])
    >>> detector = AutoencoderOutlierDetector(1, contamination=0.05, learning_rate=0.01, max_epochs=50,
    ...                                       early_stopping=None, random_state=0).fit(X)
    >>> detector.predict([[0.0, 0.0], [0.0, 2.0]])
    array([ 1, -1])
    """

    _parameter_constraints = UnsupervisedAutoencoder._parameter_constraints | {
        "contamination": [StrOptions({"auto"}), Interval(Real, 0, 0.5, closed="right")]
    }
    _reads_samples_after_training = True

    offset_: float

    def __init__(
        self,
        n_components: int = 2,
        *,
        contamination: float | str = "auto",
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
        loss: hints.ReconstructionLossHint = "squared_error",
        optimizer: hints.OptimizerHint = "adam",
        learning_rate: float = 1e-3,
        schedule: hints.ScheduleHint = None,
        batch_size: hints.BatchSizeHint = "auto",
        max_epochs: int = 200,
        max_seconds: float | None = None,
        early_stopping: hints.EarlyStoppingHint = "convergence",
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        random_state: hints.RandomStateHint = None,
        dtype: hints.DtypeHint = "float32",
        device: hints.DeviceHint = "cpu",
        net_callbacks: Sequence[Any] | None = None,
        verbose: int = 0,
    ) -> None:
        self.n_components = n_components
        self.contamination = contamination
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
        self.loss = loss
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

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the negative reconstruction loss of each sample; outliers have low scores.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Negative ``loss``, averaged over features, in float64; in squared units of X for "squared_error".
            Values outside the range of the loss ([0, 1] for "binary_cross_entropy") are clipped to it, and
            the mean squared distance to the range is added to the loss.

        Warns
        -----
        RuntimeWarning
            If scores are not finite because values are too large for the float type of X. These scores are
            ``-inf``, so the samples are outliers.
        """
        return super().score_samples(X)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return ``score_samples(X) - offset_``: negative for outliers.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Score minus threshold.
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """Return 1 for inliers and -1 for outliers.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            1 or -1, integers.
        """
        return np.where(self.score_samples(X) < self.offset_, -1, 1)

    def _errors(self, outputs: Tensor, rows: Tensor) -> Tensor:
        loss, samples = self._reconstruction_loss, rows.double()
        inside = samples.clamp(*loss.target_range)
        errors = loss.rows(outputs.double(), inside) + (samples - inside).square().mean(1)
        # NaN arises if outputs overflow to infinities of both signs.
        return errors.masked_fill(errors.isnan(), np.inf)

    def _plan(self, call: FitCall, seed: int) -> Plan:
        plan = super()._plan(call, seed)
        n_samples = int((plan.data.weight > 0).sum())
        if n_samples < 2:
            raise ValueError(
                f"X of {type(self).__name__}.fit must have at least 2 training samples of positive weight, "
                f"got {n_samples} sample{'s' * (n_samples != 1)}. Add samples; outliers can only be defined relative to other samples."
            )
        return plan

    def _adopt(
        self, plan: Plan, result: Result, call: FitCall, net: TrainingNet | None = None
    ) -> None:
        super()._adopt(plan, result, call, net)
        scores = self.score_samples(call.X)
        weight = checked_weight(
            call.sample_weight, scores, argument="sample_weight", owner=type(self).__name__
        )
        self.offset_ = outlier_threshold(scores, weight, self.contamination)
