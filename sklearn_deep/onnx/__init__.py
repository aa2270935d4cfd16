"""Conversion to ONNX: importing this package registers the library's estimators with skl2onnx.

``skl2onnx.to_onnx(pipeline, X[:1])`` then also converts pipelines that end in one of them. Read
``_layers`` (conversion of torch layers), ``_converters`` (conversion of estimators) and
``_registration``. Requires skl2onnx, which is not a dependency: ``pip install skl2onnx``.
"""

from sklearn_deep.onnx._registration import register_converters

register_converters()

__all__ = ["register_converters"]
