"""Functions of tensors, run in compiled code."""

import numpy as np
import torch

from sklearn_deep._compiled import Compiler, interpreter_for
from sklearn_deep._recording import record, simplified

TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-12}


def compile_and_run(function, inputs):
    """Return the results of a function of tensors in compiled code and in torch, and its tape."""
    inputs = [tensor.contiguous() for tensor in inputs]
    tape, expected = record(function, inputs)
    compiler = Compiler(inputs[0].dtype)
    given = [compiler.input(tensor.shape) for tensor in inputs]
    outputs = [compiler.output(place) for place in compiler.add(simplified(tape), given)]
    program = compiler.program()
    memory = program.memory.copy()
    for place, tensor in zip(given, inputs, strict=True):
        _elements(memory, place).copy_(tensor.flatten())
    run_once(program, memory)
    found = [_elements(memory, place).reshape(place.shape).clone() for place in outputs]
    return found, expected, tape


def run_once(program, memory):
    """Run a program that has no batch."""
    none, nowhere = np.zeros((1, 0), memory.dtype), np.zeros((1, 0), np.int64)
    interpreter_for(memory.dtype).run_steps(
        memory,
        (program.prepare, program.step, program.update),
        program.elementwise,
        (none, none),
        (nowhere, nowhere),
        (none, none, none),
        np.zeros(9, np.int64),
        np.array([True]),
        (none.copy(), none.copy(), np.zeros((1, 1), memory.dtype)),
        np.zeros((0, 5), np.int64),
        (0, 0),
    )


def _elements(memory, place):
    start = place.buffer.place + place.start
    return torch.from_numpy(memory)[start : start + place.layout.numel()]


def assert_close(found, expected, *, least=0.0, slack=1.0):
    """Check that tensors agree up to rounding, relative to the largest elements, at least ``least``."""
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.shape == theirs.shape
        tolerance = slack * TOLERANCE[mine.dtype]
        reference = theirs.to(mine.dtype)
        scale = reference.nan_to_num(0, 0, 0).abs().max() if reference.numel() else 0.0
        scale = max(float(scale), least)
        torch.testing.assert_close(
            mine, reference, rtol=tolerance, atol=tolerance * scale, equal_nan=True
        )
