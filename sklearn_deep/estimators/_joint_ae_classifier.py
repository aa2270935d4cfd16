"""An autoencoder and a head that predicts classes, trained together."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any, Self

from sklearn.metrics import accuracy_score

from sklearn_deep._compat import Interval, StrOptions
from sklearn_deep._shared import Doubt, explained
from sklearn_deep.estimators._base import BaseJointAutoencoder
from sklearn_deep.estimators._data import Request, Validation
from sklearn_deep.estimators._doubts import of_minus_one
from sklearn_deep.estimators._tasks import Classifying


@explained
class JointAEClassifier(Classifying, BaseJointAutoencoder):
    """Autoencoder and a head that predicts classes from the code, trained together.

    Minimises ``J = beta · J_class + (1 - beta) · J_ae + penalties``: J_class is the mean loss of the
    head over rows with a label, J_ae the mean loss of the reconstruction over all rows and features.
    The autoencoder regularises the head, and learns from rows without label too.

    Parameters
    ----------
    n_components : int >= 1, default=32
        Width of the code.
    beta : float in [0, 1], default=0.5
        Share of J_class. 1 is the same network without a decoder; 0 trains the autoencoder alone and
        leaves the head as it was drawn (with a warning).
    head_layer_sizes : int or sequence of int >= 1, default=()
        Units of each hidden layer between the code and the outputs.
    head_input : {"code", "reconstruction"}, default="code"
        What the head predicts from.
    unlabeled_value : object, default=None
        Label that marks rows without one: they count in J_ae alone. NaN stands for whatever is
        missing: NaN, None, pandas' NA. Of several columns a row carries it in all or in none.
    encoder_layer_sizes : int or sequence of int >= 1, default=(128,)
        Units of each hidden layer of the encoder; ``()`` is a linear encoder.
    decoder_layer_sizes : int, sequence of int >= 1, or None, default=None
        Units of each hidden layer of the decoder; None mirrors the encoder.
    activation : str, Activation, ``nn.Module`` class, or callable, default="relu"
        Function after each hidden layer of encoder and decoder: "identity", "logistic" (or "sigmoid"), "tanh", "relu",
        "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", or an elementwise function of a tensor.
    code_activation : as activation, default="identity"
        Function that makes the code; "logistic" keeps it in (0, 1), "relu" makes it sparse.
    output_activation : as activation, default="identity"
        Function that makes the reconstruction; "logistic" for data in [0, 1].
    tied_weights : bool, default=False
        Whether the decoder's weight matrices are the encoder's, transposed; its layers are then the
        encoder's, mirrored.
    init : str, Initializer, callable or sequence of such, default="auto"
        Initial weights: ``he_``, ``lecun_`` or ``glorot_`` with "normal", "uniform" or "truncated";
        "orthogonal", "normal", "zeros"; or ``f(fan_out, fan_in, generator)``. One for all weight
        matrices, or a sequence with one for each, encoder, head, decoder. "auto" chooses for each
        matrix by what it multiplies: at most variance 1 / fan_in for inputs; He's 2 / fan_in for
        outputs of ReLU, the like for its relatives, LeCun's for SELU, Glorot's for tanh and logistic;
        and a smaller variance for the matrix that makes the logits or reconstruction. Biases start at 0.
    normalization : {"batch", "layer"} or None, default=None
        Normalisation of each hidden layer, before its activation; code and reconstruction have none.
        With "batch", a last batch of one sample joins the batch before it, and one sample alone
        (``batch_size=1``, ``partial_fit`` of one sample) is an error: it has no variance.
    dropout : float in [0, 1) or sequence of such, default=0.0
        Probability of *dropping* a unit: one number for every hidden layer, or the input's first, then
        each hidden layer's: the encoder's, the decoder's, then the head's.
    input_noise : float >= 0, str or Noise, default=0.0
        Noise on the rows, never on what is to be reconstructed: a denoising autoencoder. A number is
        the standard deviation of normal noise, in the units of X; or "masking", "salt_and_pepper", an
        instance such as ``Masking(rate=0.5)``.
    hidden_noise : float >= 0 or Noise, default=0.0
        Standard deviation of normal noise after the activation of each hidden layer.
    weight_noise : float >= 0 or Noise, default=0.0
        The same on each weight matrix and bias, drawn anew each step.
    weight_decay : float >= 0 or sequence of such, default=0.0
        λ of ``λ/2 ‖W‖²``, one for all weight matrices or one each: the encoder's, the head's, then the decoder's.
        With ``optimizer="adamw"`` the decay is decoupled.
    penalty : str, Penalty, callable, sequence of such, or None, default=None
        Of the weights, as in ``MLPClassifier``; or of the code: "code_l1", "code_kl" (sparse),
        "contractive", an instance such as ``Contractive(strength=0.01)``. In a sequence, penalties of
        the code stand anywhere; the others are one for all weight matrices, or one each.
    augmentation : str, Augmentation, callable or None, default=None
        Rows **added** each epoch, made anew from the training rows: "gaussian", "mixup", "shift",
        "rotate_scale" (the last two for rows that are images), an instance such as
        ``Shift(copies=2)``, or ``f(x, generator)``. Validation rows are left alone.
    label_smoothing : float in [0, 1), default=0.0
        Share of each training target that is spread evenly over all classes. Validation targets stay
        as they are.
    loss : {"cross_entropy", "focal"} or Loss, default="cross_entropy"
        Of the head, J_class.
    reconstruction_loss : str, Loss or callable, default="squared_error"
        Of the reconstruction, J_ae, as ``loss`` of ``AutoencoderTransformer``: "squared_error" (the
        whole square), "absolute_error", "huber", "binary_cross_entropy" (rows in [0, 1]).
    optimizer : str, Optimizer, or class of ``torch.optim``, default="adam"
        Update rule: "adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs" (all rows a step, and an own
        choice of the step size), or a class such as ``torch.optim.Adagrad``. Give an instance to set
        its numbers, e.g. ``optimizer=Adam(beta_1=0.8, clip_norm=1.0)``; a search then reaches them as
        ``optimizer__beta_1``.
    learning_rate : float > 0, default=1e-3
        Step size; "lbfgs" has no use for it.
    schedule : str, Schedule, callable or None, default=None
        How the step size changes: "step", "exponential", "cosine", "one_cycle", "plateau", "warm_up",
        "constant" (also None), an instance, or a function of the epoch that returns a factor.
    batch_size : int >= 1 or "auto", default="auto"
        Rows a step; "auto" is 200 (all for "lbfgs"). At most all rows.
    max_epochs : int >= 1, default=200
        Passes over the training rows, at most.
    early_stopping : bool, "convergence", EarlyStopping or None, default="convergence"
        ``False`` and ``None`` run ``max_epochs``. ``True`` monitors ``val_loss`` with patience 10 and
        restores the best weights. "convergence" stops when ``loss`` has not fallen for 20 epochs.
    validation_fraction : float in (0, 1), default=0.1
        Share of the training rows split off, **only** where ``early_stopping`` or ``schedule``
        monitors a ``val_`` value and ``fit`` gets no ``X_val``.
    class_weight : dict, "balanced" or None, default=None
        Factor of each class in the objective: a dict by label, or "balanced",
        ``n_samples / (n_classes * count)``, counting each sample by its sample weight. It multiplies
        the sample weights (see ``fit``), so it means the same at every ``batch_size``, unlike the
        ``weight`` of torch's losses, whose mean divides by the sum of the weights in a batch. Validation
        values and metrics ignore it. ``partial_fit`` takes a dict or None: it cannot count classes.
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
        Callbacks of the skorch net that hosts the fit, batch-level ones included.
    verbose : bool or int >= 0, default=0
        If true, print a line per epoch, and at the end why training stopped and which epoch was kept.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted, without ``unlabeled_value``.
    n_components_ : int
        Width of the code.
    n_features_in_ : int
        Features seen in ``fit``.
    feature_names_in_ : ndarray of shape (n_features,)
        Their names, where X had string column names.
    history_ : dict of str to ndarray of shape (n_epochs,)
        One value an epoch: ``loss`` (J, penalties included), ``loss_prediction`` (J_class),
        ``loss_reconstruction`` (J_ae), ``accuracy``, the same with ``val_`` where there are validation
        rows (evaluation mode, without penalties), ``learning_rate``, ``seconds``.
    n_epochs_ : int
        Epochs run.
    best_epoch_ : int
        Epoch, from 0, of the best monitored value; without early stopping, of the lowest loss.
    diverged_ : bool
        Whether loss or weights became infinite or NaN; those of the last finite epoch are then kept.
    net_ : skorch.NeuralNet
        The net that hosted the fit.
    module_ : torch.nn.Module
        The trained network, of torch's own layers and in evaluation mode. An in-place change of its
        weights reaches predictions and warm starts; any other change of it does not.

    See Also
    --------
    AutoencoderTransformer : The autoencoder alone, before another estimator.
    sklearn_deep.model_selection.LabeledFold : Folds for rows without label.

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

    _parameter_constraints = BaseJointAutoencoder._parameter_constraints | {
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
    }

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
        activation: Any = "relu",
        code_activation: Any = "identity",
        output_activation: Any = "identity",
        tied_weights: bool = False,
        init: Any = "auto",
        normalization: str | None = None,
        dropout: float | Sequence[float] = 0.0,
        input_noise: Any = 0.0,
        hidden_noise: Any = 0.0,
        weight_noise: Any = 0.0,
        weight_decay: float | Sequence[float] = 0.0,
        penalty: Any = None,
        augmentation: Any = None,
        label_smoothing: float = 0.0,
        loss: Any = "cross_entropy",
        reconstruction_loss: Any = "squared_error",
        optimizer: Any = "adam",
        learning_rate: float = 1e-3,
        schedule: Any = None,
        batch_size: int | str = "auto",
        max_epochs: int = 200,
        early_stopping: Any = "convergence",
        validation_fraction: float = 0.1,
        class_weight: dict[Any, float] | str | None = None,
        warm_start: bool = False,
        random_state: Any = None,
        dtype: str = "float32",
        device: str = "cpu",
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
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.random_state = random_state
        self.dtype = dtype
        self.device = device
        self.net_callbacks = net_callbacks
        self.verbose = verbose

    def _doubts(self, request: Request) -> list[Doubt]:
        doubts = super()._doubts(request)
        if self.unlabeled_value is not None or self._labels.multilabel or request.goes_on:
            return doubts
        return doubts + of_minus_one(self.classes_, owner=type(self).__name__)

    def _words_for_labels(self) -> str:
        return "" if self._labels.multilabel else f", with the classes {self.classes_.tolist()!r}"

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
            Training rows; scale them.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, and ``unlabeled_value`` where there is none.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None is 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. Each of the two terms has its own mean, in which samples without label weigh 0 for the
            prediction. So a weight counts as much at every ``batch_size``, and only ratios of weights
            matter. scikit-learn's MLP and torch's weighted mean divide by the sum of the weights in the
            batch, which makes weights fade in small batches; Keras divides by the number of samples
            alone.
        X_val : array-like of shape (n_validation, n_features), default=None
            Validation rows, preprocessed as X is. They are never trained on.
        y_val : array-like, default=None
            Their targets.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Their weights.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or an argument is not what it must be, or no row has a label. The estimator
            then stays as it was.
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

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one epoch on some rows, going on from where the estimator stands.

        ``early_stopping`` is not looked at.

        The optimizer continues after an earlier ``partial_fit``, or after a ``fit`` with ``warm_start``.
        After any other ``fit`` it starts afresh from the weights, since its state is not kept.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows of this call.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels, and ``unlabeled_value`` where there is none.
        classes : array-like of shape (n_classes,), default=None
            All labels that calls will bring; needed in the first call, except for multilabel targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None is 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch alone, as in Keras: weights are absolute,
            and 1 is the standard. A sample without label weighs 0 in the prediction's term.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an argument is not what it must be. The estimator then stays as it was.
        """
        return self._fit(
            Request(X, y, sample_weight, goes_on=self._is_fitted, partial=True, classes=classes)
        )

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of predictions on the rows that have a label.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Rows.
        y : array-like of shape (n_samples,) or (n_samples, n_classes)
            Class labels; rows that carry ``unlabeled_value`` are left out.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            Accuracy; of multilabel targets the share of rows all of whose labels are right.
        """
        true, predicted, weight = self._scored(X, y, sample_weight)
        return float(accuracy_score(true, predicted, sample_weight=weight))
