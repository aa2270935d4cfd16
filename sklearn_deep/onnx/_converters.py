"""Conversion of estimators to ONNX graphs."""

from __future__ import annotations

from typing import Any

import numpy as np
from skl2onnx._parse import parse_sklearn
from skl2onnx.common.data_types import (
    DoubleTensorType,
    Int64TensorType,
    StringTensorType,
    guess_tensor_type,
)
from skl2onnx.proto import onnx_proto
from sklearn.base import is_classifier
from sklearn.pipeline import Pipeline

from sklearn_deep.onnx._layers import Graph, applied_layers


def _graph_of(operator: Any, container: Any) -> Graph:
    is_double = isinstance(operator.inputs[0].type, DoubleTensorType)
    return Graph(np.float64 if is_double else np.float32, container.target_opset)


def _sample_nodes(graph: Graph, operator: Any) -> Any:
    """Return the input, converted to floating-point numbers."""
    kind = "DOUBLE" if graph.dtype is np.float64 else "FLOAT"
    return graph.node("Cast", operator.inputs[0], to=getattr(onnx_proto.TensorProto, kind))


def _put_out(
    result: Any, operator: Any, place: int, scope: Any, container: Any, graph: Graph
) -> None:
    """Set a node as an output of the graph."""
    output = operator.outputs[place].full_name
    graph.node("Identity", result, output_names=[output]).add_to(scope, container)


# --- Classifiers and regressors ----------------------------------------------------------------------


def classifier_shapes(operator: Any) -> None:
    """Set the types of labels and probabilities."""
    model, n_rows = operator.raw_operator, operator.inputs[0].get_first_dimension()
    labels = model.classes_
    many = is_multilabel(model)
    kind = StringTensorType if labels.dtype.kind in "OUS" else Int64TensorType
    operator.outputs[0].type = kind([n_rows, len(labels)] if many else [n_rows])
    operator.outputs[1].type.shape = [n_rows, len(labels)]


def regressor_shapes(operator: Any) -> None:
    """Set the shape of the predictions."""
    n_rows = operator.inputs[0].get_first_dimension()
    operator.outputs[0].type.shape = [n_rows, _n_columns(operator.raw_operator)]


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    """Convert a classifier to labels and probabilities."""
    graph, model = _graph_of(operator, container), operator.raw_operator
    logits = _output_nodes(graph, model, _sample_nodes(graph, operator))
    probabilities = _probability_nodes(graph, model, logits)
    _put_out_classes(graph, model, probabilities, scope, operator, container)


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    """Convert a regressor to predictions in original units of y, ``(n_samples, n_outputs)``."""
    graph, model = _graph_of(operator, container), operator.raw_operator
    found = _output_nodes(graph, model, _sample_nodes(graph, operator))
    _put_out(found, operator, 0, scope, container, graph)


def _output_nodes(graph: Graph, model: Any, x: Any) -> Any:
    """Return the outputs of the network, or of its head, for samples."""
    module, owner = model.module_, type(model).__name__
    if not hasattr(module, "encode"):
        return applied_layers(graph, module, x, owner)
    h = _code_nodes(graph, module, x, owner)
    if module.head_input != "code":
        h = _decoded_nodes(graph, module, h, owner)
    h = applied_layers(graph, module.hidden[module.n_encoder :], h, owner)
    h = applied_layers(graph, module.output, h, owner)
    return h if module.final is None else applied_layers(graph, module.final, h, owner)


def _probability_nodes(graph: Graph, model: Any, logits: Any) -> Any:
    if is_multilabel(model):
        return graph.node("Sigmoid", logits)
    if len(model.classes_) == 2:
        both = graph.node("Concat", graph.node("Neg", logits), logits, axis=1)
        return graph.node("Sigmoid", both)
    return graph.node("Softmax", logits, axis=1)


def _put_out_classes(
    graph: Graph, model: Any, probabilities: Any, scope: Any, operator: Any, container: Any
) -> None:
    _put_out(probabilities, operator, 1, scope, container, graph)
    if is_multilabel(model):
        found = graph.node("Greater", probabilities, 0.5)
        labels = graph.node("Cast", found, to=onnx_proto.TensorProto.INT64)
    else:
        place = graph.node("ArgMax", probabilities, axis=1, keepdims=0)
        labels = graph.node("ArrayFeatureExtractor", _label_constants(model), place)
        labels = graph.node("Reshape", labels, np.array([-1], dtype=np.int64))
    _put_out(labels, operator, 0, scope, container, graph)


def _label_constants(model: Any) -> np.ndarray:
    labels: np.ndarray = model.classes_
    return labels.astype(str) if labels.dtype.kind in "OUS" else labels.astype(np.int64)


def is_multilabel(model: Any) -> bool:
    """Return whether a classifier or ensemble predicts multilabel targets."""
    averaging = getattr(model, "_averaging", None)
    return bool(model._labels.multilabel if averaging is None else averaging.kind == "labels")


def _n_columns(model: Any) -> int | None:
    """Return the number of outputs; None if it is unknown before the graph runs."""
    return None if hasattr(model, "estimators_") else int(model._hosted.settings.n_outputs)


# --- Ensembles ---------------------------------------------------------------------------------------


def parse_ensemble(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    """Declare the members of an ensemble, whose outputs are the inputs of the ensemble's operator.

    Raises
    ------
    NotImplementedError
        If members have no ``predict_proba``.
    """
    if model._averaging.votes:
        raise NotImplementedError(
            f"{type(model).__name__} of estimators without predict_proba cannot be converted to ONNX."
        )
    operator = scope.declare_local_operator(alias_of(type(model)), model)
    for member in model.estimators_:
        last = member[-1] if isinstance(member, Pipeline) else member
        if is_classifier(last):
            scope.add_options(id(last), {"zipmap": False})
        outputs = parse_sklearn(scope, member, inputs, custom_parsers)
        for output in outputs:
            output.init_status(is_leaf=False)
        operator.inputs.append(outputs[-1])
    kind = guess_tensor_type(inputs[0].type)
    if is_classifier(model):
        operator.outputs.append(scope.declare_local_variable("label", Int64TensorType()))
        operator.outputs.append(scope.declare_local_variable("probabilities", kind))
    else:
        operator.outputs.append(scope.declare_local_variable("variable", kind))
    return operator.outputs


def alias_of(kind: type) -> str:
    """Return the name of an estimator's operator in skl2onnx."""
    return f"SklearnDeep{kind.__name__}"


def convert_ensemble_of_classifiers(scope: Any, operator: Any, container: Any) -> None:
    """Convert an ensemble to the mean of its members' probabilities."""
    graph = _graph_of(operator, container)
    mean = graph.node("Mean", *operator.inputs)
    _put_out_classes(graph, operator.raw_operator, mean, scope, operator, container)


def convert_ensemble_of_regressors(scope: Any, operator: Any, container: Any) -> None:
    """Convert an ensemble to the mean of its members' predictions."""
    graph = _graph_of(operator, container)
    mean = graph.node("Mean", *operator.inputs)
    _put_out(mean, operator, 0, scope, container, graph)


# --- Autoencoders ------------------------------------------------------------------------------------


def encoder_shapes(operator: Any) -> None:
    """Set the shape of codes or reconstructions."""
    model, n_rows = operator.raw_operator, operator.inputs[0].get_first_dimension()
    is_code = model.output == "code"
    n_columns = model.n_components_ if is_code else model.n_features_in_
    operator.outputs[0].type.shape = [n_rows, n_columns]


def convert_encoder(scope: Any, operator: Any, container: Any) -> None:
    """Convert a transformer to codes, or reconstructions with ``output="reconstruction"``."""
    graph, model = _graph_of(operator, container), operator.raw_operator
    module, owner = model.module_, type(model).__name__
    found = _code_nodes(graph, module, _sample_nodes(graph, operator), owner)
    if model.output == "reconstruction":
        found = _decoded_nodes(graph, module, found, owner)
        if module.link is not None:
            found = applied_layers(graph, module.link, found, owner)
    _put_out(found, operator, 0, scope, container, graph)


def _code_nodes(graph: Graph, module: Any, x: Any, owner: str) -> Any:
    return applied_layers(graph, module.hidden[: module.n_encoder], x, owner)


def _decoded_nodes(graph: Graph, module: Any, code: Any, owner: str) -> Any:
    return applied_layers(graph, module.decoder, code, owner)
