"""The order of operations, and groups of elementwise operations that are run together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import lcm

from sklearn_deep._compiled._graph import (
    Buffer,
    Elementwise,
    ElementwiseGroup,
    Instruction,
    Node,
    codes,
)

Step = ElementwiseGroup | Instruction

# Elements of a chunk. It is small enough for several chunks to stay in the first-level cache.
CHUNK = 1024
# A chunk holds whole periods of the arguments that are spread over it, up to this number of elements.
_LONGEST_CHUNK = 8192


def alive(nodes: Sequence[Node], outputs: Iterable[Buffer]) -> list[Node]:
    """Return the operations on which the outputs depend."""
    needed = {buffer.root for buffer in outputs}
    kept = []
    for node in reversed(nodes):
        if node.out.root in needed:
            kept.append(node)
            needed.update(buffer.root for buffer in node.reads)
    return kept[::-1]


def scheduled(nodes: Sequence[Node]) -> list[Step]:
    """Return the operations in an order in which many can share one pass over memory."""
    steps: list[Step] = []
    group: ElementwiseGroup | None = None
    for node in nodes:
        if group is not None and isinstance(node, Elementwise) and fits(group, node):
            group.operations.append(node)
        elif group is not None and not _depends(node, group) and _is_small(node):
            steps.append(
                ElementwiseGroup(node.out.size, [node]) if isinstance(node, Elementwise) else node
            )
        else:
            if group is not None:
                steps.append(group)
            group = None
            if isinstance(node, Elementwise):
                group = ElementwiseGroup(node.out.size, [node])
            else:
                steps.append(node)
    return steps if group is None else [*steps, group]


def _is_small(node: Node) -> bool:
    """Return whether an operation may be moved before an open group without closing the group."""
    return not isinstance(node, Elementwise) or node.out.size == 1


def _depends(node: Node, group: ElementwiseGroup) -> bool:
    made = {operation.out for operation in group.operations}
    roots = {out.root for out in made}
    # A buffer that is written in parts must keep the order of its operations.
    return any(buffer.root in roots for buffer in node.reads) or node.out in made


def fits(group: ElementwiseGroup, node: Elementwise) -> bool:
    """Return whether an operation can run chunk by chunk with those of a group."""
    made = {operation.out for operation in group.operations}
    if node.out.size != group.n_elements or node.out in made:
        return False
    roots = {out.root for out in made}
    for argument in node.arguments:
        if argument.buffer in made:
            # Only the current chunk of this argument is in memory.
            if argument.kind != codes.COPY:
                return False
        elif argument.buffer.root in roots:
            return False
    return _period([*group.operations, node]) <= _LONGEST_CHUNK


def _period(operations: Iterable[Elementwise]) -> int:
    spreads = [s for operation in operations for s in operation.arguments]
    return lcm(*(s.period for s in spreads if s.kind in (codes.TILE, codes.REPEAT)))


def chunk_of(group: ElementwiseGroup) -> int:
    """Return the number of elements per chunk: whole periods of all arguments that are spread over it."""
    period = _period(group.operations)
    return min(group.n_elements, max(1, CHUNK // period) * period)


def hoisted(nodes: Sequence[Node], known: Collection[Buffer]) -> tuple[list[Node], list[Node]]:
    """Return the operations that depend only on known buffers, and the others."""
    there = {buffer.root for buffer in known}
    written: dict[Buffer, int] = {}
    first: list[Node] = []
    rest: list[Node] = []
    for node in nodes:
        # A buffer that is written in parts must be written entirely by one of the two groups.
        if all(b.root in there for b in node.reads) and written.get(node.out.root, 0) == 0:
            first.append(node)
            there.add(node.out.root)
        else:
            rest.append(node)
            written[node.out.root] = 1
            there.discard(node.out.root)
    return first, rest
