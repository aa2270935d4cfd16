"""Checks of estimator parameters, and their conversion to the objects of a plan.

``parameters`` contains constraints and sizes, ``plugins`` resolves names and instances of plug-ins,
``stopping`` those of early stopping and the schedule that belongs to it, ``monitors`` those of scorers.
``nested_names`` explains invalid nested names such as ``optimizer__beta_1``, ``trials`` calls
user-defined plug-ins on a small batch before training starts. ``hints`` contains types for editors.
"""

from sklearn_deep.estimators._parameters import hints
from sklearn_deep.estimators._parameters.monitors import scorer_of, scorers_to_monitor
from sklearn_deep.estimators._parameters.nested_names import check_nested_names
from sklearn_deep.estimators._parameters.parameters import (
    AUTOENCODER_CONSTRAINTS,
    CLASSIFIER_CONSTRAINTS,
    JOINT_CONSTRAINTS,
    TRAINING_CONSTRAINTS,
    check_learning_rate,
    check_normalized_batches,
    layer_sizes,
    per_layer,
    resolve_batch_size,
    resolve_device,
    unchanged_on_error,
)
from sklearn_deep.estimators._parameters.plugins import (
    check_instances,
    of_task,
    resolve_augmentation,
    resolve_initializers,
    resolve_noise,
    resolve_optimizer,
    resolve_penalties,
    resolve_schedule,
)
from sklearn_deep.estimators._parameters.stopping import (
    automatic_rule,
    automatic_schedule,
    is_auto,
    resolve_early_stopping,
    rule_of_fit,
)
from sklearn_deep.estimators._parameters.trials import check_logits, try_activation, try_plugins

__all__ = [
    "AUTOENCODER_CONSTRAINTS",
    "CLASSIFIER_CONSTRAINTS",
    "JOINT_CONSTRAINTS",
    "TRAINING_CONSTRAINTS",
    "automatic_rule",
    "automatic_schedule",
    "check_instances",
    "check_learning_rate",
    "check_logits",
    "check_nested_names",
    "check_normalized_batches",
    "hints",
    "is_auto",
    "layer_sizes",
    "of_task",
    "per_layer",
    "resolve_augmentation",
    "resolve_batch_size",
    "resolve_device",
    "resolve_early_stopping",
    "resolve_initializers",
    "resolve_noise",
    "resolve_optimizer",
    "resolve_penalties",
    "resolve_schedule",
    "rule_of_fit",
    "scorer_of",
    "scorers_to_monitor",
    "try_activation",
    "try_plugins",
    "unchanged_on_error",
]
