"""Mathematical functions of float32 and float64 numbers for loops of compiled code.

float32 results are within 2 units in the last place of the exact ones, float64 results within a relative
error of 1e-15. NaN, infinity, overflow and underflow give the same results as in torch.

The reductions of arguments are those of Cody and Waite, *Software Manual for the Elementary
Functions*, 1980, and of fdlibm; see also Muller et al., *Handbook of Floating-Point Arithmetic*,
2018, chapter 10. The polynomials are minimax fits (Remez) to the expressions in the comments.
"""

from __future__ import annotations

import math

from sklearn_deep._compiled._kernels.scalars import (
    Scalar,
    bits_of,
    choose,
    compiled,
    fma,
    polynomial,
)

# Number of stored bits of the mantissa.
MANTISSA = {32: 23, 64: 52}
# If this number is added to a much smaller one, the last bits of the sum are the nearest integer of the latter.
SHIFT = {32: 1.5 * 2**23, 64: 1.5 * 2**52}
MIN_NORMAL = {32: 2.0**-126, 64: 2.0**-1022}

# Two parts whose sum is log 2. A product of the first and an exponent is exact.
LOG_2 = {
    32: (0.693115234375, 3.194618329871446e-05),
    64: (0.6931471805601177, -1.7239444525614835e-13),
}
# Three positive parts whose sum is π/2. A product of one of the first two and 1, 2, 3 or 4 is exact.
HALF_PI = {
    32: (1.570796012878418, 3.139164164167596e-07, 6.223371969669989e-14),
    64: (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21),
}

# fmt: off
# (exp(r) - 1 - r) / r² as a polynomial in r, |r| <= log(2) / 2.
EXP = {
    32: (0.5, 0.16666667, 0.04166649, 0.008333208, 0.0013932686, 0.00019944266),
    64: (
        0.5000000000000001, 0.16666666666666674, 0.04166666666662398, 0.008333333333322172,
        0.0013888888917285545, 0.00019841269886699926, 2.4801521185224727e-05,
        2.755724221351069e-06, 2.7620140796145187e-07, 2.511009630403349e-08,
    ),
}
# (log((1 + s) / (1 - s)) / s - 2) / s² as a polynomial in s², |s| <= (√2 - 1) / (√2 + 1).
LOG = {
    32: (0.66666776, 0.39977577, 0.2987106),
    64: (
        0.666666666666671, 0.3999999999951865, 0.28571428729607273, 0.22222199052932576,
        0.18183573712717582, 0.15313104762023225, 0.14811149284551584,
    ),
}
# erf(x) / x - 1 as a polynomial in x², |x| <= 1.
ERF = {
    32: (0.12837917, -0.3761263, 0.11283618, -0.026855126, 0.005190734, -0.0008030762, 7.9203746e-05),
    64: (
        0.12837916709551256, -0.3761263890318355, 0.11283791670945253, -0.02686617064327622,
        0.005223977607423468, -0.0008548325989696743, 0.00012055295320493906,
        -1.4924744663328821e-05, 1.6447517677797258e-06, -1.620917591122458e-07,
        1.3722976263826264e-08, -7.801188870445835e-10,
    ),
}
# -log(1 - erf(x)) / x - 1 as a polynomial in x, 1 <= x <= ERF_IS_ONE.
ERF_TAIL = {
    32: (0.12869434, 0.63496953, 0.10653083, -0.024010004, 0.0037574288, -0.00035057685, 1.3960889e-05),
    64: (
        0.12837898467927308, 0.6366212438443634, 0.10276735006034077, -0.019117899590988464,
        -0.00022085741536564244, 0.0016986160538292525, -0.0005744153249466155,
        -6.6588819095183226e-06, 0.00010282610000401258, -6.17921808556599e-05,
        2.3580937775846585e-05, -6.75158173600187e-06, 1.52214991314821e-06,
        -2.7427988959139476e-07, 3.9484817792131955e-08, -4.491830047416763e-09,
        3.9524433065302955e-10, -2.595490872542821e-11, 1.197285387742234e-12,
        -3.4601730636169894e-14, 4.712290204457105e-16,
    ),
}
ERF_IS_ONE = {32: 4.0, 64: 6.0}
# (sin(r) / r - 1) / r² and (cos(r) - 1 + r² / 2) / r⁴ as polynomials in r², |r| <= π/4.
SIN = {
    32: (-0.16666655, 0.00833219, -0.00019518405),
    64: (
        -0.1666666666666664, 0.008333333333323575, -0.000198412698300642, 2.755731362177165e-06,
        -2.505072963516239e-08, 1.5894416117931287e-10,
    ),
}
COS = {
    32: (0.041666653, -0.0013887617, 2.446296e-05),
    64: (
        0.04166666666666665, -0.0013888888888882785, 2.4801587294577772e-05,
        -2.755731571977472e-07, 2.0875894648066124e-09, -1.1367797522427116e-11,
    ),
}
# fmt: on


def _magnitude(x: Scalar) -> Scalar:
    return x.call("fabs")


def _with_sign(x: Scalar, sign: Scalar) -> Scalar:
    return x.call("copysign", sign)


def _clip(x: Scalar, low: float, high: float) -> Scalar:
    """Return ``x`` clipped to the bounds; NaN stays NaN."""
    x = choose(x < low, low, x)
    return choose(x > high, high, x)


def _nearest_integer(x: Scalar) -> tuple[Scalar, Scalar]:
    """Return the integer nearest to a small number, as a float and as an integer."""
    shift = SHIFT[x.width]
    shifted = x + shift
    return shifted - shift, shifted.bits() - bits_of(shift, x.width)


def _power_of_two(exponent: Scalar) -> Scalar:
    """Return two to the power of an integer. The result must be neither infinite nor subnormal."""
    width = exponent.width
    return ((exponent << MANTISSA[width]) + bits_of(1.0, width)).float_of_bits()


# --- Exponentials ------------------------------------------------------------------------------------


def _exponential(x: Scalar) -> tuple[Scalar, Scalar]:
    """Return n and t with ``exp(x) = 2**n * (1 + t)``, where t is accurate relative to itself."""
    rounded, n = _nearest_integer(x * (1 / math.log(2)))
    high, low = LOG_2[x.width]
    rest = fma(rounded, -low, fma(rounded, -high, x))
    return n, fma(rest * rest, polynomial(rest, EXP[x.width]), rest)


def _exp(x: Scalar) -> Scalar:
    """Return the exponential."""
    n, rest = _exponential(_clip(x, *{32: (-104.0, 89.0), 64: (-746.0, 710.0)}[x.width]))
    # In two steps, because 2**n may be infinite or subnormal although the result is not.
    half = n >> 1
    return (rest + 1) * _power_of_two(half) * _power_of_two(n - half)


def _half_expm1(x: Scalar) -> Scalar:
    """Return ``(exp(x) - 1) / 2``, for which the power of two stays finite."""
    n, rest = _exponential(x)
    scale = _power_of_two(n - 1)
    return fma(scale, rest, scale - 0.5)


def _expm1(x: Scalar) -> Scalar:
    """Return the exponential minus one."""
    x = _clip(x, *{32: (-20.0, 89.0), 64: (-40.0, 710.0)}[x.width])
    return _with_sign(2 * _half_expm1(x), x)


def _tanh(x: Scalar) -> Scalar:
    """Return the hyperbolic tangent: ``h / (h + 1)`` for ``h = expm1(2x) / 2``."""
    magnitude = _magnitude(x)
    one_from = {32: 10.0, 64: 20.0}[x.width]
    half = _half_expm1(2 * choose(magnitude > one_from, one_from, magnitude))
    result = half / (half + 1)
    # The result plus a small correction, in which the rounding errors of sum and ratio matter less.
    return _with_sign(choose(half < 1, fma(-half, result, half), result), x)


def _sigmoid(x: Scalar) -> Scalar:
    """Return ``1 / (1 + exp(-x))``."""
    small = _exp(-_magnitude(x))
    ratio = small / (small + 1)
    # The result is a constant minus a correction, in which rounding errors of the ratio matter less.
    largest = choose(x < 0, small, 1)
    return fma(-largest, ratio, largest)


# --- Logarithms --------------------------------------------------------------------------------------


def _mantissa_and_exponent(x: Scalar) -> tuple[Scalar, Scalar]:
    """Return m and e with ``x = m * 2**e``, where m is from √½ to √2."""
    least = bits_of(math.sqrt(0.5), x.width)
    bits = x.bits() - least
    fraction = bits & ((1 << MANTISSA[x.width]) - 1)
    return (fraction + least).float_of_bits(), bits >> MANTISSA[x.width]


def _logarithm(fraction: Scalar, exponent: Scalar) -> Scalar:
    """Return the logarithm of ``(1 + fraction) * 2**exponent``."""
    s = fraction / (fraction + 2)
    square = s * s
    half = fraction * fraction * 0.5
    high, low = LOG_2[fraction.width]
    rest = fma(square, polynomial(square, LOG[fraction.width]), half)
    small = half - fma(s, rest, exponent * low)
    return fma(exponent, high, fraction - small)


def _where_positive(result: Scalar, x: Scalar) -> Scalar:
    """Return the result for positive finite ``x``, and the values of a logarithm for all other ``x``."""
    elsewhere = choose(x >= 0, x.constant(-math.inf), math.nan)
    return choose(x > 0, choose(x < math.inf, result, x), elsewhere)


def _log(x: Scalar) -> Scalar:
    """Return the natural logarithm."""
    n_bits = MANTISSA[x.width]
    subnormal = x < MIN_NORMAL[x.width]
    mantissa, exponent = _mantissa_and_exponent(choose(subnormal, x * 2.0**n_bits, x))
    exponent = exponent.to_float() - choose(subnormal, x.constant(n_bits), 0)
    return _where_positive(_logarithm(mantissa - 1, exponent), x)


def _log1p(x: Scalar) -> Scalar:
    """Return the natural logarithm of ``1 + x``."""
    total = x + 1
    lost = choose(x < 1, x - (total - 1), 1 - (total - x))
    mantissa, exponent = _mantissa_and_exponent(total)
    # Bounded, because the power would be subnormal; the lost part does not matter there.
    bounded = choose(exponent > 100, exponent.constant(100), exponent)
    fraction = fma(lost, _power_of_two(0 - bounded), mantissa - 1)
    result = _logarithm(fraction, exponent.to_float())
    return _where_positive(_with_sign(result, x), total)


def _softplus(x: Scalar) -> Scalar:
    """Return ``log(1 + exp(x))``."""
    return _log1p(_exp(-_magnitude(x))) + choose(x > 0, x, 0)


# --- The error function ------------------------------------------------------------------------------


def _erf(x: Scalar) -> Scalar:
    """Return the error function."""
    width = x.width
    near = fma(x, polynomial(x * x, ERF[width]), x)
    magnitude = _magnitude(x)
    bounded = choose(magnitude > ERF_IS_ONE[width], ERF_IS_ONE[width], magnitude)
    n, rest = _exponential(fma(-bounded, polynomial(bounded, ERF_TAIL[width]), -bounded))
    far = 1 - (rest + 1) * _power_of_two(n)
    return choose(magnitude < 1, near, _with_sign(far, x))


# --- Sines and normal numbers ------------------------------------------------------------------------


def _quadrant(x: Scalar) -> tuple[Scalar, Scalar]:
    """Return the nearest number of right angles to ``x`` and the remainder, for ``|x|`` below 10⁴."""
    rounded, quadrant = _nearest_integer(x * (2 / math.pi))
    for part in HALF_PI[x.width]:
        x = fma(rounded, -part, x)
    return quadrant, _clip(x, -1, 1)


def _sine(quadrant: Scalar, rest: Scalar) -> Scalar:
    """Return the sine of a number of right angles plus a remainder of at most half a right angle."""
    square = rest * rest
    sine = fma(rest * square, polynomial(square, SIN[rest.width]), rest)
    cosine = fma(square * square, polynomial(square, COS[rest.width]), fma(square, -0.5, 1))
    result = choose((quadrant & 1) > 0, cosine, _with_sign(sine, rest))
    sign = (quadrant & 2) << (rest.width - 2)
    return (result.bits() ^ sign).float_of_bits()


def _sin(x: Scalar) -> Scalar:
    """Return the sine; accurate for ``|x|`` below 10⁴."""
    return _sine(*_quadrant(x))


def _cos(x: Scalar) -> Scalar:
    """Return the cosine; accurate for ``|x|`` below 10⁴."""
    quadrant, rest = _quadrant(x)
    return _sine(quadrant + 1, rest)


def _box_muller(first: Scalar, second: Scalar, scale: Scalar) -> tuple[Scalar, Scalar]:
    """Return two normal numbers for two random words of 32 bits.

    They are ``scale * √(-2 log u)`` times the cosine and the sine of ``v``, where u is
    ``(first + 1) / 2³²`` and v is ``π * (second / 2³¹ - 1)``: Box and Muller, "A note on the
    generation of random normal deviates", 1958. The dtype of ``scale`` determines that of the
    results.
    """
    width = scale.width
    uniform = (first.unsigned_to_float(width) + 1) * 2.0**-32
    radius = scale * (_log(uniform) * -2).call("sqrt")
    # The angle as an integer starting at -2³¹, in which a right angle is 2³⁰, so nothing is rounded.
    angle = second ^ (-(2**31))
    quadrant = (angle + 2**29) >> 30
    rest = ((angle << 2) >> 2).to_float(width) * (math.pi * 2.0**-31)
    quadrant = quadrant.to_integer(width)
    return radius * _sine(quadrant + 1, rest), radius * _sine(quadrant, rest)


exp = compiled(_exp)
expm1 = compiled(_expm1)
tanh = compiled(_tanh)
sigmoid = compiled(_sigmoid)
log = compiled(_log)
log1p = compiled(_log1p)
softplus = compiled(_softplus)
erf = compiled(_erf)
sin = compiled(_sin)
cos = compiled(_cos)
box_muller = compiled(_box_muller)
