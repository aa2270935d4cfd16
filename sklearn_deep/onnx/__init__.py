"""Networks as ONNX graphs: importing this package teaches skl2onnx to convert the library's estimators.

``skl2onnx.to_onnx(pipeline, X[:1])`` then converts a whole pipeline that ends in one of them. Read
``_layers`` (a network of torch's layers as nodes), ``_converters`` (an estimator around it) and
``_registration``. It needs skl2onnx, which is no dependency: ``pip install skl2onnx``.
"""

from sklearn_deep.onnx._registration import register_converters

register_converters()

__all__ = ["register_converters"]
