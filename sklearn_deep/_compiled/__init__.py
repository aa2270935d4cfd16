"""Code that numba compiles. Whoever imports a file of this folder imports numba, which takes a while.

``random`` makes blocks of random numbers where they are used.
"""
