"""Constants that affect the bits, the speed and the memory of training."""

from __future__ import annotations

# --- Bits --------------------------------------------------------------------------------------------

# Every parameter, and the samples of every batch, start at a multiple of this many elements, because the
# address of a matrix in memory may change how products are rounded (docs/guide/arithmetic.md).
ALIGNMENT = 64

# --- Speed -------------------------------------------------------------------------------------------

# Number of noise values drawn at a time; each needs about 20 bytes temporarily. On a CPU as many as fit
# into its cache (measured with blocks of 2,048 and 32,768); on a GPU more, because every launch costs time.
DRAWN_ELEMENTS = 2**17
DRAWN_ELEMENTS_ON_GPU = 2**22

# --- Memory ------------------------------------------------------------------------------------------

# Largest number of samples in one forward pass of validation.
VALIDATION_ROWS = 256

# A padded population may take up to this many times the memory of its members. If widths are drawn evenly
# up to a largest width, two or three populations are enough, and many networks of 16 units are not padded
# to 1024. Chosen, not measured.
MOST_PADDING = 2

# Number of elements that are copied, checked or compared at a time: a few megabytes.
CHUNK_ELEMENTS = 2**20
