"""A step as a graph of operations on buffers, the form between a tape and instructions.

``codes`` numbers the operations, ``nodes`` describes operations and the memory that they read and write,
and ``builder`` adds operations to a graph.
"""

from sklearn_deep._compiled._graph import codes
from sklearn_deep._compiled._graph.builder import GraphBuilder, Operand
from sklearn_deep._compiled._graph.nodes import (
    Buffer,
    Elementwise,
    ElementwiseGroup,
    Instruction,
    Node,
    Place,
    Spread,
    Unsupported,
    layout_of,
    memory_order,
)

__all__ = [
    "Buffer",
    "Elementwise",
    "ElementwiseGroup",
    "GraphBuilder",
    "Instruction",
    "Node",
    "Operand",
    "Place",
    "Spread",
    "Unsupported",
    "codes",
    "layout_of",
    "memory_order",
]
