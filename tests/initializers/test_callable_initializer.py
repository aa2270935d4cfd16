"""A user-defined function as an initializer."""

import numpy as np
import pytest
import torch

from sklearn_deep.initializers import CallableInitializer


def draw(function):
    return CallableInitializer(function).draw(2, 3, torch.Generator().manual_seed(0))


def test_the_function_gets_fans_and_generator():
    weight = draw(lambda fan_out, fan_in, g: torch.rand(fan_out, fan_in, generator=g))
    again = torch.rand(2, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(weight, again.double())


def test_an_array_of_numpy_will_do():
    weight = draw(lambda fan_out, fan_in, _: np.ones((fan_out, fan_in), dtype=np.float32))
    assert torch.equal(weight, torch.ones(2, 3, dtype=torch.float64))


def test_weights_that_know_their_gradient_are_cut_off_from_it():
    assert not draw(lambda *fans: torch.ones(fans[:2], requires_grad=True) * 2).requires_grad


def test_another_shape_is_an_error_that_says_which_is_needed():
    with pytest.raises(ValueError, match=r"\(fan_out, fan_in\) = \(2, 3\), got \(3, 2\)"):
        draw(lambda fan_out, fan_in, _: torch.ones(fan_in, fan_out))
