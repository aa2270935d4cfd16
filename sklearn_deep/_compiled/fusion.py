"""Formulas that are common enough to have their own loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sklearn_deep._compiled._graph import (
    Buffer,
    Elementwise,
    Instruction,
    Node,
    Place,
    Spread,
    codes,
)

Move = tuple[Place, Place]


def with_adam(nodes: Sequence[Node], moves: Sequence[Move]) -> tuple[list[Node], list[Move]]:
    """Return the operations with Adam's update, if it is among them, replaced by one instruction.

    One operation after another takes four times as long, because the square root and the division then do
    not overlap with other operations.

    Parameters
    ----------
    nodes : sequence of Node
        Operations of an update.
    moves : sequence of (Place, Place)
        States, and their new values.
    """
    found = _AdamPattern(nodes)
    for i, node in enumerate(nodes):
        match = found.matched(node)
        if match is not None:
            return _replaced(nodes, moves, i, match) or (list(nodes), list(moves))
    return list(nodes), list(moves)


class _Match:
    """The operations of an update by Adam, and their arguments."""

    def __init__(self) -> None:
        self.nodes: list[Elementwise] = []
        self.states: list[Spread] = []  # parameters, mean, mean of squares
        self.new: list[Buffer] = []
        self.gradient: Spread | None = None
        self.numbers: list[Spread] = []


class _AdamPattern:
    """Matches ``p - rate·mean / (√mean_square / correction + epsilon)``."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.makers = {node.out: node for node in nodes if isinstance(node, Elementwise)}
        self.n_reads = Counter(buffer for node in nodes for buffer in node.reads)

    def matched(self, node: Node) -> _Match | None:
        """Return the parts of an update if this is its last operation."""
        match = _Match()
        try:
            self._match(node, match)
        except _Other:
            return None
        return match

    def _match(self, node: Node, match: _Match) -> None:
        p, step = self._parts(node, codes.SUB, match)
        quotient, rate = self._parts(self._maker(step), codes.MUL, match)
        mean, scale = self._parts(self._maker(quotient), codes.DIV, match)
        root, epsilon = self._parts(self._maker(scale), codes.ADD, match)
        square_root, inverse = self._parts(self._maker(root), codes.MUL, match)
        (mean_square,) = self._parts(self._maker(square_root), codes.SQRT, match)
        m, g, new_1 = self._parts(self._maker(mean), codes.LERP, match)
        v, square, new_2 = self._parts(self._maker(mean_square), codes.LERP, match)
        (again,) = self._parts(self._maker(square), codes.SQUARE, match)
        (correction,) = self._parts(self._maker(inverse), codes.RECIPROCAL, match)
        if again != g or any(s.kind != codes.COPY for s in (p, g, m, v)):
            raise _Other
        match.states, match.gradient = [p, m, v], g
        match.numbers = [new_1, new_2, correction, epsilon, rate]
        match.new = [node.out, mean.buffer, mean_square.buffer]
        inner = {own.out for own in match.nodes} - set(match.new)
        if any(self.n_reads[buffer] > 1 for buffer in inner):
            raise _Other

    def _maker(self, spread: Spread) -> Node:
        if spread.buffer not in self.makers:
            raise _Other
        return self.makers[spread.buffer]

    def _parts(self, node: Node, code: int, match: _Match) -> list[Spread]:
        if not isinstance(node, Elementwise) or node.code != code:
            raise _Other
        match.nodes.append(node)
        return node.arguments


class _Other(Exception):  # noqa: N818  (not an error: the operations are not an update by Adam)
    """Raised for another formula."""


def _replaced(
    nodes: Sequence[Node], moves: Sequence[Move], place: int, match: _Match
) -> tuple[list[Node], list[Move]] | None:
    targets = {new.buffer: (i, state) for i, (state, new) in enumerate(moves)}
    if any(buffer not in targets for buffer in match.new):
        return None
    done = [targets[buffer][0] for buffer in match.new]
    states = [targets[buffer][1] for buffer in match.new]
    given = [(spread.buffer, spread.start) for spread in match.states]
    wanted = [(state.buffer, state.start) for state in states]
    # The states are overwritten, so no other operation may read their old values.
    roots = {state.buffer.root for state in states}
    if given[1:] != wanted[1:] or _are_read(roots, nodes[place + 1 :]):
        return None
    kept: list[Node] = list(nodes)
    if given[0] != wanted[0] and not _decays_first(kept, states[0], match):
        return None
    for buffer, state in zip(match.new, states, strict=True):
        buffer.parent, buffer.start = state.buffer, state.start
    assert match.gradient is not None
    arguments = [(match.gradient.buffer, match.gradient.start), *wanted[1:]]
    arguments += [(spread.buffer, spread.start) for spread in match.numbers]
    arguments.append(wanted[0])
    last = nodes[place]
    adam = Instruction(codes.ADAM, arguments, last.out, [last.out.size])
    gone = set(match.nodes) - {last}
    kept = [adam if node is last else node for node in kept if node not in gone]
    return kept, [move for i, move in enumerate(moves) if i not in done]


def _are_read(roots: set[Buffer], nodes: Sequence[Node]) -> bool:
    return any(buffer.root in roots for node in nodes for buffer in node.reads)


def _decays_first(nodes: list[Node], state: Place, match: _Match) -> bool:
    """Make an update of decayed parameters overwrite the parameters before the decay."""
    decayed = match.states[0].buffer
    makers = [i for i, node in enumerate(nodes) if node.out is decayed]
    if len(makers) != 1 or decayed.keeps or decayed.parent is not None:
        return False
    (at,) = makers
    maker, others = nodes[at], [node for node in nodes[at + 1 :] if node not in match.nodes]
    readers = [node for node in nodes if decayed in node.reads]
    if not isinstance(maker, Elementwise) or len(readers) > 1:
        return False
    if _are_read({state.buffer.root}, others):
        return False
    # Loops must not write to what they read, so another buffer is used in between.
    chunk = Buffer(decayed.size)
    maker.out = chunk
    decayed.parent, decayed.start = state.buffer, state.start
    nodes.insert(at + 1, Elementwise(codes.COPY, decayed, [Spread(codes.COPY, chunk, 0)]))
    return True
