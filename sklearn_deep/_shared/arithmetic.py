"""The constants that the bits, speed and memory of training depend on."""

from __future__ import annotations

# --- Bits --------------------------------------------------------------------------------------------

# Every parameter, and the samples of every batch, start at a multiple of this many elements, because the
# place of what is multiplied in memory may change how a product is rounded (docs/arithmetic.md).
ALIGNMENT = 64

# --- Speed -------------------------------------------------------------------------------------------

# Elements of noise that are drawn in one go, each of which takes about 20 bytes on the way: on a CPU as
# many as its cache holds (measured with blocks of 2,048 and 32,768), on a GPU more, as launches count.
DRAWN_ELEMENTS = 2**17
DRAWN_ELEMENTS_ON_GPU = 2**22

# --- Memory ------------------------------------------------------------------------------------------

# Samples of a validation pass, at most.
VALIDATION_ROWS = 256

# How many times the memory of its members a padded population may take. Widths drawn evenly up to a
# largest one then share two or three populations; many of 16 units are not padded to 1024. Chosen, not
# measured.
MOST_PADDING = 2

# Elements that are gathered, checked or compared at a time: a few megabytes.
CHUNK_ELEMENTS = 2**20
