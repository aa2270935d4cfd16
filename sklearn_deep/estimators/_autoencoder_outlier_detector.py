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
    """Detector of outliers: samples that an autoencoder cannot reconstruct.

    The autoencoder of ``AutoencoderTransformer`` learns to reconstruct the training samples through a
    short code. It reconstructs other samples worse, so the loss of the reconstruction tells how
    unusual a sample is. The code must be too short to copy samples, or there must be noise or a penalty.

    There is no ``partial_fit``, because the threshold is a quantile of the scores of all training
    samples under the final weights. ``warm_start`` continues training, and sets the threshold anew.

    Parameters
    ----------
    n_components : int >= 1, default=2
        Number of units of the code.
    contamination : "auto" or float in (0, 0.5], default="auto"
        Share of outliers among the training samples, by weight; it sets ``offset_`` and nothing else. "auto"
        is the cutoff of robust PCA (ROBPCA) for distances to a subspace: the cube root of a squared error is
        about normal, so a sample is an outlier if it lies more than 1.96 robust standard deviations (1.4826
        times the median absolute deviation) above the median. That is 2.5 % of clean data with normal
        residuals; outliers raise the cutoff a little, and fewer clean samples are then taken for outliers.
    encoder_layer_sizes : int or sequence of int >= 1, default=(128,)
        Number of units of each hidden layer of the encoder; ``()`` gives a linear encoder.
    decoder_layer_sizes : int, sequence of int >= 1, or None, default=None
        Number of units of each hidden layer of the decoder; None mirrors the encoder.
    activation : str, Activation, ``nn.Module`` class or callable, default="relu"
        Function after each hidden layer: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    code_activation : str, Activation, ``nn.Module`` class or callable, default="identity"
        Function that makes the code; "logistic" keeps it in (0, 1), "relu" makes it sparse.
    output_activation : str, Activation, ``nn.Module`` class or callable, default="identity"
        Function that makes the reconstruction; "logistic" for data in [0, 1].
    tied_weights : bool, default=False
        Whether the decoder's layers mirror the encoder's and have its weight matrices, transposed.
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
    loss : str, Loss or callable, default="squared_error"
        Loss of the reconstruction, the mean over features: "squared_error" (the whole square: the mean
        squared error), "absolute_error", "huber", "binary_cross_entropy" (samples in [0, 1]; the decoder
        gives logits).
    optimizer : str, Optimizer or class of ``torch.optim``, default="adam"
        Update rule: "adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs" (all samples in each step, and its
        own choice of the step size), or a class such as ``torch.optim.Adagrad``. Give an instance to set
        its numbers, e.g. ``Adam(beta_1=0.8, clip_norm=1.0)`` or ``TorchOptimizer(torch.optim.Rprop)``; a
        search then reaches them as ``optimizer__beta_1``.
    learning_rate : float > 0, default=1e-3
        Step size (scikit-learn's ``learning_rate_init``); "lbfgs" uses neither it nor ``schedule``.
    schedule : str, Schedule, callable or None, default=None
        How the step size changes: "step", "exponential", "cosine", "one_cycle", "plateau", "warm_up",
        "constant" (also None), an instance, or a function of the epoch, from 0, that returns a factor;
        "auto": times 0.3 when a ``val_`` value that ``early_stopping`` monitors has not improved for 5 epochs.
    batch_size : int >= 1 or "auto", default="auto"
        Samples per step, at most all of them; "auto" is 128 (all for "lbfgs").
    max_epochs : int >= 1, default=200
        Largest number of passes over the training samples (scikit-learn's ``max_iter``).
    early_stopping : bool, str, EarlyStopping or None, default="convergence"
        "auto" monitors ``val_loss`` if there is ``X_val``, or a part of 500 different samples or more can be
        spared; else it stops when ``loss`` has not fallen by 0.5 % of its first value in 10 epochs. ``True``
        (``val_loss``) and the name of a value in ``history_`` have patience 10 and restore the best weights.
        "convergence" stops when ``loss`` has not fallen for 20 epochs, ``False`` and ``None`` never stop.
    validation_fraction : float in (0, 1), default=0.1
        Share of the training samples split off for validation (classifiers: stratified), **only** if
        ``early_stopping`` or ``schedule`` monitors a ``val_`` value and ``fit`` gets no ``X_val``.
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
    offset_ : float
        Score below which a sample is an outlier.
    n_components_ : int
        Number of units of the code.
    n_features_in_ : int
        Number of features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, if X had column names that are strings.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value per epoch: ``loss`` (training mode, penalties included), ``val_loss`` if there are
        validation samples (evaluation mode, without penalties), ``learning_rate``, ``seconds``.
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
    AutoencoderTransformer : The same autoencoder before another estimator.
    sklearn.ensemble.IsolationForest : Outliers by random splits; needs no scaling.
    sklearn.neighbors.LocalOutlierFactor : Outliers by the density of their neighborhood.

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
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.random_state = random_state
        self.dtype = dtype
        self.device = device
        self.net_callbacks = net_callbacks
        self.verbose = verbose

    def score_samples(self, X: Any) -> np.ndarray:
        """Return minus the loss of each sample's reconstruction: the lower, the more unusual.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Minus ``loss``, the mean over features, in float64; for "squared_error" in squared units of X.
            Values outside the range of the loss ([0, 1] for "binary_cross_entropy") count as the nearest end
            of it, and the mean square of what lies beyond is added.

        Warns
        -----
        RuntimeWarning
            If scores are not finite, because samples are too large for the float type of X. They are
            ``-inf``, so such samples are outliers.
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
            Distances of the scores to the threshold.
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
            Labels, integers.
        """
        return np.where(self.score_samples(X) < self.offset_, -1, 1)

    def _errors(self, outputs: Tensor, rows: Tensor) -> Tensor:
        loss, samples = self._reconstruction_loss, rows.double()
        inside = samples.clamp(*loss.target_range)
        errors = loss.rows(outputs.double(), inside) + (samples - inside).square().mean(1)
        # The outputs overflow to infinities of both signs.
        return errors.masked_fill(errors.isnan(), np.inf)

    def _plan(self, call: FitCall, seed: int) -> Plan:
        plan = super()._plan(call, seed)
        n_samples = int((plan.data.weight > 0).sum())
        if n_samples < 2:
            raise ValueError(
                f"X of {type(self).__name__}.fit must have at least 2 training samples of positive weight, "
                f"got {n_samples} sample: nothing is unusual beside one sample. Give more samples."
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
