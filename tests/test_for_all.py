"""A test of many cases in one item runs all of them and names those that fail."""

import pytest

from tests._support.for_all import for_all


@for_all("number", [1, 2, 3])
@for_all(("other", "more"), [(1, 1), (1, 2)])
def sums_to_four(number, other, more, fixture):
    assert number + other + more == fixture
    with pytest.raises(ZeroDivisionError):
        number / (other - more)


def test_every_failing_case_is_named():
    with pytest.raises(ExceptionGroup) as raised:
        sums_to_four(fixture=4)
    assert [error.__notes__ for error in raised.value.exceptions] == [
        [f"sums_to_four with {{'number': {number}}}"] for number in (1, 2, 3)
    ]
    inner = [error.exceptions for error in raised.value.exceptions]
    assert [len(errors) for errors in inner] == [2, 1, 2]
    assert "DID NOT RAISE" in str(inner[0][1])
    assert inner[1][0].__notes__ == ["sums_to_four with {'other': 1, 'more': 2}"]


def test_all_cases_may_pass():
    for_all("number", [1, 2])(lambda number: None)()
