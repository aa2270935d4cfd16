"""The constants that the bits and the speed of training depend on.

Those under *Bits* may change only together with the laws that they keep (docs/arithmetic.md); those
under *Speed* and *Memory* change no bit.
"""

from __future__ import annotations

# --- Bits --------------------------------------------------------------------------------------------

# Matrix products of a single network and of a stack of networks round alike when all their sides are
# even, none is 1, and they have at least so many multiplications: below, torch's bmm has a loop of its
# own (measured with MKL, float32 and float64: docs/arithmetic.md). A multiple of four leaves a margin.
PRODUCT_SIDE = 4
PRODUCT_MULTIPLICATIONS = 400

# Every parameter starts at a multiple of this many elements, and so does the next member: views are
# aligned as fresh tensors are, and vector code never meets a remainder.
ALIGNMENT = 64

# Elements of the widest vector that elementwise functions are computed with. The elements of a layer
# fill whole vectors, since a remainder is computed by scalar code, which rounds differently.
VECTOR = 32

# Samples of every validation pass, so that a member's values never depend on the others' number.
VALIDATION_ROWS = 256

# --- Speed -------------------------------------------------------------------------------------------

# Members of a population on a CPU work on about this many bytes, which a core's cache holds: more of
# them wait for memory, fewer for Python. Measured with networks of 16 to 256 units (docs/arithmetic.md).
CACHE_BYTES = 6_000_000
LARGEST_POPULATION = 48
# Fewer gain nothing over one by one.
LEAST_POPULATION = 3

# Where networks of different widths are padded to one: a step of small networks on a GPU takes as long
# as its launches, however many networks there are. On a CPU it takes as long as its multiplications.
PADDED_ON = {"cuda"}

# Elements of noise that are drawn in one go, each of which takes about 20 bytes on the way: on a CPU as
# many as its cache holds (measured with blocks of 2,048 and 32,768), on a GPU more, as launches count.
DRAWN_ELEMENTS = 2**17
DRAWN_ELEMENTS_ON_GPU = 2**22

# --- Memory ------------------------------------------------------------------------------------------

# How many times the memory of its members a padded population may take. Widths drawn evenly up to a
# largest one then share two or three populations; many of 16 units are not padded to 1024. Chosen, not
# measured.
MOST_PADDING = 2

# Elements that are gathered, checked or compared at a time: a few megabytes.
CHUNK_ELEMENTS = 2**20
