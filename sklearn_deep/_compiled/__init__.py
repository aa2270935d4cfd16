"""Code that numba compiles. Whoever imports a file of this folder imports numba, which takes a while.

``functions`` has mathematical functions for loops, made of formulas over ``scalars``. ``random`` makes
blocks of random numbers where they are used.
"""
