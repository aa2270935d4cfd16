"""Random numbers for training that depend on where they are used, not on earlier draws.

In: a seed, the name of a noise site, an epoch and a batch. Out: a block of uniform or normal numbers.
Element ``i`` is a function of these inputs and of ``i``, the same on every device. (Normal numbers
may differ in the last bits, because devices compute logarithm, sine and cosine differently.)

Read ``philox`` (the generator, and the key for a seed and a site), then ``blocks`` (which random bits
make which element). ``_compiled.random`` makes the same numbers inside compiled code.
"""

from sklearn_deep._random.blocks import N_LANES, Distribution, draw_blocks
from sklearn_deep._random.philox import FACTORS, INCREMENTS, N_ROUNDS, key_of

__all__ = [
    "FACTORS",
    "INCREMENTS",
    "N_LANES",
    "N_ROUNDS",
    "Distribution",
    "draw_blocks",
    "key_of",
]
