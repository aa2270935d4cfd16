"""Registration of the converters with skl2onnx."""

from __future__ import annotations

from typing import Any

from skl2onnx import update_registered_converter

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.onnx import _converters as converters

_OPTIONS = {"zipmap": [True, False, "columns"], "nocl": [True, False]}


def register_converters() -> None:
    """Register the converters of all estimators with skl2onnx; importing ``sklearn_deep.onnx`` does this.

    The graph of a classifier returns labels and probabilities, that of a regressor predictions
    ``(n_samples, n_outputs)`` in original units of y, and that of ``AutoencoderTransformer`` the output of
    ``transform``. Graphs of ensembles average their networks.

    Examples
    --------
    >>> import skl2onnx
    >>> from sklearn.datasets import load_iris
    >>> import sklearn_deep.onnx
    >>> from sklearn_deep import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((8,), max_epochs=2, early_stopping=None, random_state=0).fit(X, y)
    >>> graph = skl2onnx.to_onnx(mlp, X[:1].astype("float32"), options={"zipmap": False})
    >>> [output.name for output in graph.graph.output]
    ['label', 'probabilities']
    """
    kind: type
    for kind in (MLPClassifier, JointAEClassifier):
        _update(kind, converters.classifier_shapes, converters.convert_classifier, _OPTIONS)
    for kind in (MLPRegressor, JointAERegressor):
        _update(kind, converters.regressor_shapes, converters.convert_regressor)
    _update(AutoencoderTransformer, converters.encoder_shapes, converters.convert_encoder)
    _update(
        DeepEnsembleClassifier,
        converters.classifier_shapes,
        converters.convert_ensemble_of_classifiers,
        _OPTIONS,
        converters.parse_ensemble,
    )
    _update(
        DeepEnsembleRegressor,
        converters.regressor_shapes,
        converters.convert_ensemble_of_regressors,
        parser=converters.parse_ensemble,
    )


def _update(kind: type, shapes: Any, convert: Any, options: Any = None, parser: Any = None) -> None:
    alias = converters.alias_of(kind)
    update_registered_converter(kind, alias, shapes, convert, parser=parser, options=options)
