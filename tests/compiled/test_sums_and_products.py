"""Sums, products, views and similar operations give the same results in compiled code as in torch."""

import pytest
import torch

pytest.importorskip("numba")

from sklearn_deep._compiled import Unsupported
from sklearn_deep._compiled._lowering import RULES
from sklearn_deep._recording import record
from tests._support.compiled import elementwise, others
from tests._support.compiled.running import assert_close, compile_and_run


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", others.CASES)
def test_operations(name, dtype):
    found, expected, _ = compile_and_run(others.CASES[name], others.matrices(dtype))
    assert_close(found, expected)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("name", sorted(others.OF_MATRICES.keys() - others.TAKE_NO_SPECIAL_NUMBERS))
def test_special_numbers(name, number):
    a, b = others.matrices(torch.float64)
    a[1, 2] = number
    found, expected, _ = compile_and_run(others.CASES[name], [a, b])
    assert_close(found, expected)


@pytest.mark.parametrize("name", others.UNKNOWN)
def test_unknown_operations_are_refused(name):
    function = others.UNKNOWN[name]
    with pytest.raises(Unsupported):
        compile_and_run(lambda a, b: [function(a, b)], others.matrices(torch.float32))


def test_every_rule_has_a_case():
    tapes = [
        record(lambda *tensors, case=case: [case.function(*tensors)], arguments)[0]
        for case in elementwise.CASES.values()
        for arguments in [elementwise.random_arguments(case, torch.float32)]
    ]
    tapes += [record(case, others.matrices(torch.float32))[0] for case in others.CASES.values()]
    names = {_name(call) for tape in tapes for call in tape.calls}
    assert {
        rule
        for rule in RULES
        if rule not in names and not any(name.startswith(f"{rule}.") for name in names)
    } == set()


def _name(call):
    name, _, overload = str(call.function).removeprefix("aten.").partition(".")
    return f"{name.removesuffix('_')}.{overload}"
