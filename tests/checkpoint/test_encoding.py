"""Decoded values are bit-identical, and values that only code could create cannot be encoded."""

import json
from math import copysign, inf, isnan, nan

import numpy as np
import pytest
import torch

from sklearn_deep._checkpoint import UnsupportedValueError, decoded_value, encoded_value

rng = np.random.default_rng(0)


def through(value):
    return decoded_value(*encoded_value(value))


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -1.5, 0.1 + 0.2, 5e-324, inf, "ä\n\0", [], (), {}, 2**70],
    ids=repr,
)
def test_numbers_and_strings_come_back(value):
    found = through([value, {"one": (value,)}])
    assert found == [value, {"one": (value,)}]
    assert type(found[0]) is type(value)


def test_numbers_that_equal_others_stay_themselves():
    zero, none, yes, one = through([-0.0, nan, True, 1])
    assert copysign(1, zero) == -1
    assert isnan(none)
    assert (type(yes), type(one)) == (bool, int)


def test_keys_of_dicts_keep_their_type_and_order():
    value = {2: "a", "2": "b", (1, None): "c", 1.5: "d"}
    assert list(through(value).items()) == list(value.items())


ARRAYS = {
    "floats": rng.normal(size=(3, 4)),
    "float32": rng.normal(size=(2, 3, 4)).astype(np.float32),
    "in the order of Fortran": np.asfortranarray(rng.normal(size=(3, 4))),
    "every second": rng.normal(size=(6, 4))[::2],
    "transposed": rng.normal(size=(2, 3, 4)).transpose(1, 0, 2),
    "empty": np.ones((0, 3)),
    "of no dimension": np.array(2.5),
    "of one byte before others": np.arange(3, dtype=np.uint8),
    "bool": np.array([True, False]),
    "complex": np.array([1 + 2j]),
    "of another byte order": np.arange(3, dtype=">i4"),
    "not finite": np.array([nan, inf, -inf, -0.0]),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_come_back_and_can_be_written_to(kind):
    array = ARRAYS[kind]
    # An array of one byte before it leaves it at an odd place.
    _, found = through([np.zeros(1, np.int8), array])
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert found.tobytes() == array.tobytes()
    assert found.flags.writeable
    assert found.flags.aligned
    assert found.flags.owndata
    if array.flags.f_contiguous or array.flags.c_contiguous:
        assert found.flags.c_contiguous == array.flags.c_contiguous


def test_tensors_and_numbers_of_numpy_come_back():
    value = {
        "weights": torch.randn(3, 4).T,
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "state": torch.default_generator.get_state(),
        "none": torch.tensor(1, dtype=torch.int64),
    }
    found = through(value)
    for name, tensor in value.items():
        assert type(found[name]) is torch.Tensor
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor)
    (number,) = through([np.float32(0.1)])
    assert type(number) is np.float32
    assert number == np.float32(0.1)


class Named(tuple):
    """Would come back as a tuple."""


@pytest.mark.parametrize(
    "value",
    [
        object(),
        int,
        len,
        b"bytes",
        {1, 2},
        Named((1, 2)),
        np.array([None]),
        np.array(["a"]),
        np.zeros(2, dtype=[("a", "f8")]),
        np.ma.array([1.0]),
        torch.ones(2, 2).to_sparse(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_string_or_array_is_an_error(value):
    with pytest.raises(UnsupportedValueError, match="cannot be stored without code"):
        encoded_value({"one": [value]})


@pytest.mark.parametrize(
    "tree",
    [
        {"array": ["|O", [2], "C"]},
        {"array": ["<f8,O", [1], "C"]},
        {"array": ["os.system", [2], "C"]},
        {"array": ["<f8", [3], "C"]},
        {"array": ["<f8", [2**62], "C"]},
        {"array": ["<f8", [2], "evil"]},
        {"array": ["<f8", 2, "C"]},
        {"class": ["os", "system"]},
        {"tuple": 3},
        {"dict": [[{"dict": []}, 1]]},
        {"array": 1, "tuple": 2},
    ],
    ids=str,
)
def test_what_was_not_encoded_is_an_error(tree):
    with pytest.raises((ValueError, TypeError, LookupError)):
        decoded_value(json.dumps(tree).encode(), np.ones(2).tobytes())


def test_text_that_is_too_deep_is_an_error():
    with pytest.raises(RecursionError):
        decoded_value(b"[" * 10**5 + b"]" * 10**5, b"")
