"""Random numbers of training that depend on where they are used, not on what was drawn before.

A seed, the name of a noise site, an epoch and a batch go in. Out comes a block of uniform or normal
numbers whose element ``i`` is a function of these and of ``i``, the same on any device, and with the
same bits before a normal number's logarithm, sine and cosine.

Read ``philox`` (the generator, and the key of a seed and a site), then ``blocks`` (which bits make
which element). ``_compiled.random`` makes the same numbers inside compiled code.
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
