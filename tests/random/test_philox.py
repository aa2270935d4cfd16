"""Philox4x32 equals the function that its authors published, in torch and in compiled code."""

import pytest
import torch

from sklearn_deep._random.philox import N_ROUNDS, key_of, philox

ONES = 0xFFFFFFFF
# Rounds, counter, key and words: from the file "kat_vectors" of the authors' library Random123 1.14.
KNOWN = [
    (7, "0 0 0 0", "0 0", "5f6fb709 0d893f64 4f121f81 4f730a48"),
    (7, "f f f f", "f f", "5207ddc2 45165e59 4d8ee751 8c52f662"),
    (
        7,
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "4dfccaba 190a87f0 c47362ba b6b5242a",
    ),
    (10, "0 0 0 0", "0 0", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    (10, "f f f f", "f f", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        10,
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


def words(text):
    return [ONES if word == "f" else int(word, 16) for word in text.split()]


def one_by_one(counter, key, n_rounds):
    """Compute a round as section 3.3 of the paper writes it, with integers of any size."""
    for _ in range(n_rounds):
        p, q = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [q >> 32 ^ counter[1] ^ key[0], q & ONES, p >> 32 ^ counter[3] ^ key[1], p & ONES]
        key = [(key[0] + 0x9E3779B9) & ONES, (key[1] + 0xBB67AE85) & ONES]
    return counter


@pytest.mark.parametrize(("n_rounds", "counter", "key", "expected"), KNOWN)
def test_known_answers(n_rounds, counter, key, expected):
    found = philox(torch.tensor(words(counter)), torch.tensor(words(key)), n_rounds)
    assert found.tolist() == words(expected)
    assert one_by_one(words(counter), words(key), n_rounds) == words(expected)


def test_words_are_those_of_integers_of_any_size():
    generator = torch.Generator().manual_seed(0)
    counter = torch.randint(2**32, (4, 50, 3), generator=generator)
    key = torch.randint(2**32, (2, 3), generator=generator)
    found = philox(counter, key.unsqueeze(1))
    for i in range(50):
        for k in range(3):
            expected = one_by_one(counter[:, i, k].tolist(), key[:, k].tolist(), N_ROUNDS)
            assert found[:, i, k].tolist() == expected


@pytest.mark.parametrize(("n_rounds", "counter", "key", "expected"), KNOWN)
def test_known_answers_of_compiled_code(n_rounds, counter, key, expected):
    pytest.importorskip("numba")
    import numpy as np
    from numba import njit

    from sklearn_deep._compiled._kernels.random import compiled_philox

    @njit
    def run(counter, key):
        return compiled_philox(
            counter[0], counter[1], counter[2], counter[3], key[0], key[1], n_rounds
        )

    given = [np.array(words(text), dtype=np.uint64) for text in (counter, key)]
    assert list(run(*given)) == words(expected)


def test_keys_differ_by_seed_and_by_site():
    places = [(seed, f"dropout.{layer}") for seed in range(100) for layer in range(100)]
    assert len({key_of(*place) for place in places}) == 10_000
    assert all(0 <= word < 2**32 for place in places for word in key_of(*place))
