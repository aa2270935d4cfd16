"""Names that other libraries use for things that have another name here, for error messages."""

from __future__ import annotations

from typing import NamedTuple

from sklearn.metrics import get_scorer_names

# Metrics that are recorded in every epoch in addition to the loss; the name of a callable's score.
METRIC_NAMES = ("accuracy", "r2")
SCORE = "score"


class Counterpart(NamedTuple):
    """A name of this library, and what scikit-learn, Keras, torch or skorch call the same thing.

    Parameters
    ----------
    own : str
        A parameter, several parameters joined by "+", or a value that a parameter accepts. If the name
        starts with "estimator.", errors of plug-ins and searches say that the estimator has it.
    others : str
        Names in other libraries, separated by spaces.
    note : str
        How to use it.
    """

    own: str
    others: str
    note: str = ""


# The families of plug-ins, in the order in which they are declared.
FAMILIES: list[str] = []

# The order matters: the first counterpart that a class has is suggested.
PARAMETERS: tuple[Counterpart, ...] = (
    Counterpart("param_distributions", "param_grid search_spaces param_space space distributions"),
    Counterpart("n_iter", "n_candidates n_trials num_trials n_samples max_trials max_evals"),
    Counterpart("scoring", "scorer objective"),
    Counterpart("min_epochs", "min_resources min_budget"),
    Counterpart("factor", "eta reduction_factor"),
    Counterpart("n_jobs", "n_workers workers num_workers"),
    Counterpart(
        "epochs", "warmup_epochs n_epochs num_warmup_steps warmup_steps warmup total_iters"
    ),
    Counterpart(
        "estimator.max_epochs",
        "epochs n_epochs num_epochs nb_epoch nb_epochs max_iter max_iters n_iter num_iter iterations max_fun "
        "total_steps T_max decay_steps max_resources",
    ),
    Counterpart(
        "weight_decay",
        "alpha",
        "scikit-learn's alpha divided by the batch size, 5e-7 for alpha=1e-4 and batches of 200",
    ),
    Counterpart(
        "estimator.weight_decay",
        "l2 l2_reg reg_lambda weight_decay kernel_regularizer kernel_regularization decoupled_weight_decay",
    ),
    Counterpart("schedule", "decay lr_decay lr_schedule lr_scheduler scheduler power_t decay_rate"),
    Counterpart(
        "schedule",
        "reduce_lr",
        'schedule="plateau" lowers the step size when the loss stands still',
    ),
    Counterpart("gamma", "decay_rate decay drop factor"),
    Counterpart("momentum", "beta momentum_coef"),
    Counterpart("rho", "alpha decay target sparsity sparsity_target beta"),
    Counterpart("quantile", "alpha q tau"),
    Counterpart("negative_slope", "alpha slope"),
    Counterpart("delta", "beta epsilon threshold"),
    Counterpart("beta_1+beta_2", "betas"),
    Counterpart("beta_1", "beta1 b1"),
    Counterpart("beta_2", "beta2 b2"),
    Counterpart("epsilon", "eps"),
    Counterpart("momentum_decay", "schedule_decay"),
    Counterpart("nesterov", "nesterovs_momentum"),
    Counterpart("history_size", "maxcor m"),
    Counterpart("clip_norm", "clipnorm global_clipnorm max_grad_norm gradient_clip_val grad_clip"),
    Counterpart(
        "estimator.learning_rate",
        "lr learning_rate learning_rate_init initial_learning_rate step_size base_lr max_lr eta eta0 "
        "lr_max",
    ),
    Counterpart("optimizer", "solver optim optimiser"),
    Counterpart("optimizer", "momentum nesterov nesterovs_momentum", "optimizer=SGD(momentum=0.9)"),
    Counterpart("optimizer", "beta_1 beta_2 betas epsilon eps", "optimizer=Adam(beta_1=0.9)"),
    Counterpart("optimizer", "rho", "optimizer=RMSprop(rho=0.99)"),
    Counterpart(
        "optimizer",
        "clip_norm clipnorm global_clipnorm max_grad_norm gradient_clip_val grad_clip",
        "optimizer=Adam(clip_norm=1.0)",
    ),
    Counterpart(
        "hidden_layer_sizes",
        "units hidden_units hidden_sizes hidden_size hidden_dim hidden_dims layers layer_sizes "
        "hidden_layers n_hidden n_units num_units neurons n_neurons n_layers num_layers encoder_layer_sizes",
    ),
    Counterpart(
        "encoder_layer_sizes",
        "hidden_layer_sizes units hidden_units hidden_sizes hidden_size hidden_dim hidden_dims layers "
        "layer_sizes hidden_layers n_hidden n_units num_units neurons n_neurons n_layers num_layers "
        "encoder_layers",
    ),
    Counterpart("decoder_layer_sizes", "decoder_layers decoder_units"),
    Counterpart(
        "n_components",
        "latent_dim latent_size code_size code_dim encoding_dim bottleneck n_latent embedding_dim",
    ),
    Counterpart("tied_weights", "tied tie_weights"),
    Counterpart(
        "activation",
        "activation_function activation_fn activations act nonlinearity hidden_activation",
    ),
    Counterpart("output_activation", "final_activation last_activation out_activation"),
    Counterpart(
        "init",
        "initializer initialiser kernel_initializer weight_init init_weights weight_initializer",
    ),
    Counterpart(
        "normalization",
        "batch_norm batch_normalization batchnorm use_batch_norm use_batchnorm use_bn bn norm",
        'normalization="batch"',
    ),
    Counterpart("normalization", "layer_norm layernorm", 'normalization="layer"'),
    Counterpart("rate", "p prob probability dropout dropout_rate amount"),
    Counterpart(
        "dropout",
        "dropout_rate dropout_prob drop_rate dropout_p p drop keep_prob rate",
        "the probability of dropping a unit",
    ),
    Counterpart(
        "input_noise", "noise gaussian_noise noise_std noise_factor", "a standard deviation"
    ),
    Counterpart("std", "sigma stddev scale noise_std gain standard_deviation"),
    Counterpart("gain", "scale std"),
    Counterpart("scale", "gain variance"),
    Counterpart("l1", "alpha strength weight lambda_ factor"),
    Counterpart("l2", "alpha strength weight lambda_ factor"),
    Counterpart("strength", "alpha weight lambda_ factor beta l1 l2"),
    Counterpart("max_norm", "max_value c max bound"),
    Counterpart(
        "penalty",
        "regularizer regularization activity_regularizer l1 l1_reg l1_ratio",
        "penalty=L1(l1=1e-4), for example; the squared norm is `weight_decay`",
    ),
    Counterpart("penalty", "kernel_constraint max_norm", "penalty=MaxNorm(max_norm=3.0)"),
    Counterpart(
        "early_stopping",
        "n_iter_no_change patience tol min_delta early_stopping_rounds monitor restore_best_weights",
        "early_stopping=EarlyStopping(patience=10, min_delta=1e-4)",
    ),
    Counterpart("patience", "n_iter_no_change wait rounds early_stopping_rounds"),
    Counterpart("min_delta", "tol threshold tolerance epsilon"),
    Counterpart("restore_best_weights", "load_best restore_best save_best"),
    Counterpart("start_from_epoch", "warmup_epochs burn_in min_epochs"),
    Counterpart("min_factor", "min_lr eta_min lr_min"),
    Counterpart("final_factor", "min_lr eta_min alpha lr_min end_factor"),
    Counterpart("factor", "gamma"),
    Counterpart("start", "start_factor warmup_factor initial_factor"),
    Counterpart("then", "after schedule after_scheduler"),
    Counterpart("pct_start", "warmup_fraction warmup_ratio"),
    Counterpart("X_val+y_val", "validation_data eval_set valid_data val_data dev_set valid_set"),
    Counterpart("X_val", "X_valid X_test X_dev"),
    Counterpart("y_val", "y_valid y_test y_dev Y_val"),
    Counterpart("sample_weight_val", "sample_weights_val val_sample_weight eval_sample_weight"),
    Counterpart("estimator.class_weight", "class_weights pos_weight scale_pos_weight weight"),
    Counterpart("sample_weight", "sample_weights weights weight sw class_weight"),
    Counterpart(
        "validation_fraction",
        "validation_split train_split test_size val_size valid_fraction val_fraction validation_size",
        "a part of X is held out only if something monitors a validation value, as early_stopping=True does",
    ),
    Counterpart(
        "net_callbacks",
        "callbacks callback",
        "a list of skorch callbacks",
    ),
    Counterpart(
        "net_callbacks",
        "metrics metric scorers",
        'a list such as [EpochScoring("roc_auc", lower_is_better=False)] of skorch; history_ has the loss '
        "without it, and accuracy or R²",
    ),
    Counterpart("loss", "criterion loss_fn loss_function objective cost"),
    Counterpart("unlabeled_value", "unlabelled_value missing_label unlabeled"),
    Counterpart("beta", "loss_weight loss_weights"),
    Counterpart("estimator.label_smoothing", "label_smooth smoothing label_smoothing"),
    Counterpart("estimator.batch_size", "batchsize minibatch_size bs batch"),
    Counterpart("estimator.random_state", "seed random_seed generator"),
    Counterpart("estimator.verbose", "verbosity verbose"),
    Counterpart(
        "device",
        "use_cuda cuda gpu use_gpu accelerator",
        'device="auto" uses a GPU if there is one',
    ),
    Counterpart("augmentation", "augment data_augmentation transforms"),
    Counterpart("copies", "n_copies num_copies n repeats"),
    Counterpart("max_shift", "shift width_shift_range height_shift_range translate"),
    Counterpart("max_angle", "angle degrees rotation rotation_range"),
    Counterpart("max_scale", "scale zoom zoom_range"),
    Counterpart("image_shape", "shape image_size size"),
    Counterpart("options", "optimizer_options kwargs params"),
)

# By family of plug-ins. Names are compared without case, "_", "-" and spaces.
NAMES: dict[str, tuple[Counterpart, ...]] = {
    "activations": (
        Counterpart("silu", "swish"),
        Counterpart("identity", "linear none"),
        Counterpart("leaky_relu", "lrelu"),
        Counterpart("torch.nn.CELU", "celu"),
        Counterpart("torch.nn.Hardsigmoid", "hard_sigmoid"),
        Counterpart("torch.nn.Hardswish", "hard_swish hard_silu"),
        Counterpart("torch.nn.LogSigmoid", "log_sigmoid"),
        Counterpart("torch.nn.Mish", "mish"),
        Counterpart("torch.nn.PReLU", "prelu"),
        Counterpart("torch.nn.ReLU6", "relu6"),
        Counterpart("torch.nn.Softsign", "softsign"),
    ),
    "augmentation": (
        Counterpart("gaussian", "noise jitter"),
        Counterpart("rotate_scale", "rotate rotation zoom scale affine"),
        Counterpart("shift", "translate translation"),
    ),
    "initializers": (
        Counterpart("he_normal", "he kaiming kaiming_normal"),
        Counterpart("he_uniform", "kaiming_uniform"),
        Counterpart("glorot_uniform", "glorot xavier xavier_uniform"),
        Counterpart("glorot_normal", "xavier_normal"),
        Counterpart("lecun_normal", "lecun"),
        Counterpart("normal", "random_normal gaussian random"),
        Counterpart("zeros", "zero constant"),
    ),
    "losses": (
        Counterpart(
            "squared_error", "mse mean_squared_error squared_loss l2 least_squares rmse quadratic"
        ),
        Counterpart("absolute_error", "mae mean_absolute_error l1 lad"),
        Counterpart("huber", "smooth_l1 huber_loss"),
        Counterpart("poisson", "poisson_nll poisson_loss"),
        Counterpart("quantile", "pinball"),
        Counterpart(
            "cross_entropy",
            "log_loss logloss nll nll_loss categorical_crossentropy sparse_categorical_crossentropy "
            "binary_crossentropy bce bce_with_logits logistic deviance log softmax",
        ),
        Counterpart("binary_cross_entropy", "bce bce_with_logits binary_crossentropy log_loss"),
        Counterpart("focal", "binary_focal_crossentropy categorical_focal_crossentropy"),
    ),
    "noise": (
        Counterpart("gaussian", "normal"),
        Counterpart("masking", "mask swap zero"),
        Counterpart("salt_and_pepper", "impulse s&p"),
    ),
    "optimizers": (
        Counterpart("lbfgs", "bfgs l-bfgs-b"),
        Counterpart("sgd", "momentum gd nesterov"),
        Counterpart("torch.optim.Adagrad", "adagrad"),
        Counterpart("torch.optim.Adadelta", "adadelta"),
        Counterpart("torch.optim.Adamax", "adamax"),
        Counterpart("torch.optim.ASGD", "asgd"),
        Counterpart("torch.optim.RAdam", "radam"),
        Counterpart("torch.optim.Rprop", "rprop"),
    ),
    "penalties": (
        Counterpart("l1", "lasso"),
        Counterpart("l2", "ridge weight_decay"),
        Counterpart("l1l2", "elasticnet l1_l2"),
        Counterpart("max_norm", "unit_norm"),
        Counterpart("orthogonality", "orthogonal"),
        Counterpart("code_l1", "sparse activity_l1"),
        Counterpart("code_kl", "kl sparsity"),
    ),
    "schedules": (
        Counterpart("constant", "none fixed"),
        Counterpart("plateau", "adaptive reduce_lr_on_plateau reduceonplateau"),
        Counterpart("exponential", "invscaling exp exponential_decay exponential_lr"),
        Counterpart("cosine", "cosine_annealing cosine_decay cosine_annealing_lr"),
        Counterpart("one_cycle", "one_cycle_lr 1cycle"),
        Counterpart("step", "step_lr step_decay piecewise"),
        Counterpart("warm_up", "linear_warmup linear"),
    ),
    "stopping": (),
}

# Names in ``history_``.
MONITORS: tuple[Counterpart, ...] = (
    Counterpart("loss", "train_loss training_loss"),
    Counterpart("val_loss", "valid_loss validation_loss test_loss"),
    Counterpart("accuracy", "acc train_acc train_accuracy score"),
    Counterpart("val_accuracy", "val_acc valid_acc valid_accuracy validation_accuracy val_score"),
    Counterpart("r2", "r2_score train_r2 score"),
    Counterpart("val_r2", "val_r2_score valid_r2 validation_r2 val_score"),
)


def larger_is_better(monitor: str) -> bool:
    """Return whether a value of ``history_`` improves as it grows: metrics and scores do, losses do not."""
    name = monitor.removeprefix("val_")
    return name in (*METRIC_NAMES, SCORE) or name in get_scorer_names()
