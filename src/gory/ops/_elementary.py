"""exp of logits and log1p of a non-negative number, from sums and products.

The functions are written with arithmetic whose every result is prescribed, without a call
into a mathematics library. The same text therefore runs on NumPy arrays and, compiled, on
vector registers, and gives the same bits on both, on every machine. In float32 products
and sums are fused, which is half the work on registers and which NumPy can reproduce by way
of float64; in float64 they are not. Whether a row was
computed in a batch of ten or of ten million can then not be seen in the result.

The rounding error of the gap z - m, half an ulp of it, would alone cost 32 ulp of exp at a
gap of 80 in float32, so it is made good. In float64 gap and error are carried on as an
unevaluated sum. In float32 the gap is never taken: 2^-N exp(z) is computed, where 2^N is the
power of two closest to exp(m), which costs nothing but another number in the exponent. The
exponential of the maximum itself, the `top`, is then not 1 but a number close to it, and what
is wanted are quotients by it. Where the maximum is too large for that, z - m is exact for
every entry that counts (P. H. Sterbenz) and takes the place of z.

Arguments are reduced by multiples of ln 2 (W. J. Cody and W. Waite, *Software Manual for the
Elementary Functions*); the polynomials are minimax fits of (exp(r) - 1 - r) / r² over
abs(r) <= 0.3473. ``log1p`` is the atanh series of fdlibm.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class ExpConstants(NamedTuple):
    """What exp needs to know about a floating-point format."""

    lowest: float
    """Shifted arguments below this give 0: exp would not be a normal number any more."""
    shifter: float
    """1.5 · 2^(bits of the fraction), which rounds what is added to it to an integer and
    keeps that in the low bits; plus the bias of the exponent."""
    log2_e: float
    ln2_high: float
    """Upper bits of ln 2; in float64 so few that n * ln2_high is exact for every n that occurs,
    which in float32 fused operations make exact."""
    ln2_low: float
    coefficients: tuple[float, ...]
    """Of (exp(r) - 1 - r) / r², lowest power first."""


# Largest relative error of the polynomial: 3.1e-9 and 3.7e-18, a twentieth of an ulp.
EXP_FLOAT32 = ExpConstants(
    lowest=12582912.0 + 127 - 126,
    shifter=12582912.0 + 127,
    log2_e=1.4426950216293335,
    ln2_high=0.6931471824645996,
    ln2_low=-1.9046542121259336e-09,
    coefficients=(
        0.4999999403953552,
        0.16666519641876221,
        0.04166840016841888,
        0.008368850685656071,
        0.0013814316596835852,
    ),
)
EXP_FLOAT64 = ExpConstants(
    lowest=6755399441055744.0 + 1023 - 1022,
    shifter=6755399441055744.0 + 1023,
    log2_e=1.4426950408889634,
    ln2_high=0.693147180559663,
    ln2_low=2.8235290563031577e-13,
    coefficients=(
        0.5000000000000011,
        0.16666666666666408,
        0.0416666666665281,
        0.008333333333496907,
        0.0013888888944249007,
        0.00019841269502771008,
        2.4801492388401826e-05,
        2.755758839954504e-06,
        2.7630523460435037e-07,
        2.4999863691258488e-08,
    ),
)

# As in float64, but wrong by 7.6e-14 of its value at most: for results of float32.
EXP_ROUNDED = (
    0.4999999999995435,
    0.16666666666662516,
    0.04166666678777861,
    0.008333333344340462,
    0.0013888838691576526,
    0.00019841224218895238,
    2.4868148675019673e-05,
    2.7617817865824603e-06,
)

# A float32 number plus this share of it is the next one.
NEXT_FLOAT32 = 0.75 * 2.0**-23
# Maxima beyond this are much larger than any gap that counts, and up to it n is small beside
# the shifter.
FAR_FLOAT32 = 65536.0

# atanh series of log((1 + s) / (1 - s)) / s - 2 in s², as in fdlibm's e_log.c.
LOG_SERIES = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
# Minimax fit of (log(1 + f) - f + f²/2) / f³ from sqrt(1/2) - 1 to sqrt(2) - 1, in float32: it
# makes log(1 + f) wrong by 6.5e-9 of its value at most.
LOG_FLOAT32 = (
    0.3333333134651184,
    -0.2500081956386566,
    0.20001226663589478,
    -0.16623356938362122,
    0.14201757311820984,
    -0.13160182535648346,
    0.1276157796382904,
    -0.07634497433900833,
)


def exp_below(z: NDArray[Any], maximum: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """top * exp(z - maximum) for the rows of z and their maxima, and the top of each row."""
    m = maximum[:, None]
    if z.dtype == np.float64:
        return exp_float64(*difference(z, m)), np.ones_like(maximum)
    offset = np.where(np.abs(m) > FAR_FLOAT32, m, np.float32(0))
    shifted = np.concatenate((z, m), axis=1) - offset
    e = exp_float32(shifted, shifter_float32(shifted[:, -1:]))
    return e[:, :-1], e[:, -1]


# The functions from here to the first primitive are compiled for registers as they stand.


def difference(a: Any, b: Any) -> Any:
    """a - b as a rounded value and its rounding error (O. Møller, D. E. Knuth: TwoSum)."""
    rounded = a - b
    part = rounded - a
    return rounded, (a - (rounded - part)) - (b + part)


def shifter_float32(m: Any) -> Any:
    """What `exp_float32` needs in order to give numbers around 1 for z around m."""
    return EXP_FLOAT32.shifter - (
        fused(m, EXP_FLOAT32.log2_e, EXP_FLOAT32.shifter) - EXP_FLOAT32.shifter
    )


def exp_float32(z: Any, shifter: Any) -> Any:
    """2^-N exp(z) in float32, for the shifter of a maximum that is not below z.

    Arguments too low for a normal result are raised to one whose power of two is 0.
    """
    z = larger((EXP_FLOAT32.lowest - 1.0 - shifter) * EXP_FLOAT32.ln2_high, z)
    shifted = fused(z, held(EXP_FLOAT32.log2_e, z), shifter)
    n = shifted - shifter
    high, low = held(-EXP_FLOAT32.ln2_high, z), held(-EXP_FLOAT32.ln2_low, z)
    r = fused(n, low, fused(n, high, z))
    c, one = EXP_FLOAT32.coefficients, held(1.0, z)
    q = fused(fused(r, held(c[4], z), held(c[3], z)), r, held(c[2], z))
    q = fused(fused(q, r, held(c[1], z)), r, held(c[0], z))
    return fused(fused(q, r, one), r, one) * power_of_two(shifted)


def exp_float64(gap: Any, tail: Any) -> Any:
    """exp(gap + tail) for gap <= 0 and a tail below an ulp of it; 0 where not normal."""
    shifted = gap * EXP_FLOAT64.log2_e + EXP_FLOAT64.shifter
    n = shifted - EXP_FLOAT64.shifter
    r = (gap - n * EXP_FLOAT64.ln2_high) + (tail - n * EXP_FLOAT64.ln2_low)
    c = EXP_FLOAT64.coefficients
    q = (((r * c[9] + c[8]) * r + c[7]) * r + c[6]) * r + c[5]
    q = ((((q * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0]
    value = (1.0 + (r + (r * r) * q)) * power_of_two(shifted)
    return zero_below(shifted, EXP_FLOAT64.lowest, value)


def exp_rounded(gap: Any) -> Any:
    """exp(gap) in float64 for gap <= 0, for results of float32: some 43 bits are right."""
    shifted = gap * EXP_FLOAT64.log2_e + EXP_FLOAT64.shifter
    n = shifted - EXP_FLOAT64.shifter
    r = (gap - n * EXP_FLOAT64.ln2_high) - n * EXP_FLOAT64.ln2_low
    c = EXP_ROUNDED
    q = (((r * c[7] + c[6]) * r + c[5]) * r + c[4]) * r + c[3]
    q = ((q * r + c[2]) * r + c[1]) * r + c[0]
    value = (1.0 + (r + (r * r) * q)) * power_of_two(shifted)
    return zero_below(shifted, EXP_FLOAT64.lowest, value)


def log1p_nonnegative(x: Any) -> Any:
    """log(1 + x) for x >= 0 in float64, within one ulp."""
    u = 1.0 + x
    lost = choose_less(x, 1.0, x - (u - 1.0), 1.0 - (u - x))
    k = exponent_of(u)
    f = fraction_of(u) - 1.0
    s = f / (2.0 + f)
    z = s * s
    c = LOG_SERIES
    series = ((z * c[6] + c[5]) * z + c[4]) * z + c[3]
    series = ((series * z + c[2]) * z + c[1]) * z + c[0]
    half = 0.5 * f * f
    # Of lost / u, which is below an ulp, a few digits are enough; a division takes long.
    correction = k * LN2_LOW + lost * inverse_power_of(u) * (1.0 - (f - f * f))
    return k * LN2_HIGH + (f - (half - (s * (half + z * series) + correction)))


def log1p_float32(x: Any) -> Any:
    """log(1 + x) for x >= 0 in float32, within 1.5 ulp."""
    u = 1.0 + x
    lost = choose_less(x, 1.0, x - (u - 1.0), 1.0 - (u - x))
    k = exponent_of(u)
    f = fused(lost, inverse_power_of(u), fraction_of(u) - 1.0)
    c = LOG_FLOAT32
    q = fused(fused(fused(fused(f, c[7], c[6]), f, c[5]), f, c[4]), f, c[3])
    q = fused(fused(fused(fused(q, f, c[2]), f, c[1]), f, c[0]), f, -0.5)
    return fused(k, EXP_FLOAT32.ln2_high, f + fused(f * f, q, k * EXP_FLOAT32.ln2_low))


# Primitives: each has a second implementation for registers, with the same bits.


class Bits(NamedTuple):
    """How a floating-point format is stored."""

    one: int
    root_half: int
    """The bits of 1 and of sqrt(1/2)."""
    width: int
    """Of the fraction."""
    bias: int
    """Of the exponent."""


BITS_FLOAT32 = Bits(0x3F800000, 0x3F3504F3, 23, 127)
BITS_FLOAT64 = Bits(0x3FF0000000000000, 0x3FE6A09E667F3BCD, 52, 1023)


# A float64 result with these low bits lies halfway between two float32 numbers.
HALFWAY_MASK = 0x1FFFFFFF
HALFWAY = 0x10000000
_MASK, _HALFWAY = np.asarray(HALFWAY_MASK), np.asarray(HALFWAY)


def fused(a: Any, b: Any, c: Any) -> NDArray[np.float32]:
    """a * b + c in float32, rounded once.

    The product is exact in float64. Rounding the sum to float64 and then to float32 goes
    wrong only where the first rounding hits a halfway case; there it is moved off again, to
    the side on which the exact sum lies.
    """
    product = np.multiply(a, b, dtype=np.float64)
    total = product + c
    halfway = (total.view(np.int64) & _MASK) == _HALFWAY
    # Small arrays wait for calls and not for numbers: this is the shortest way to ask for any.
    if np.count_nonzero(halfway):
        addend = np.asarray(c, np.float64)
        part = total - product
        error = (product - (total - part)) + (addend - part)
        beside = np.nextafter(total, np.copysign(np.inf, error))
        total = np.where(halfway & (error != 0), beside, total)
    return total.astype(np.float32)


def power_of_two(shifted: NDArray[Any]) -> NDArray[Any]:
    """The low bits of a shifted number, moved into the exponent."""
    if shifted.dtype == np.float32:
        return (shifted.view(np.int32) << 23).view(np.float32)
    return (shifted.view(np.int64) << 52).view(np.float64)


def larger(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """The larger of two numbers; NaN if b is."""
    return np.maximum(a, b)


def held(number: float, like: Any) -> float:
    """A constant in the dtype of `like`.

    Compiled code keeps it in a register: fetched from memory wherever it is used, the constants
    of an exponential would take the time of its logits and results.
    """
    return number


def zero_below(shifted: NDArray[Any], lowest: float, value: NDArray[Any]) -> NDArray[Any]:
    """0 where shifted < lowest, else the value."""
    return np.where(shifted < lowest, shifted.dtype.type(0), value)


def choose_less(a: NDArray[Any], b: float, yes: NDArray[Any], no: NDArray[Any]) -> NDArray[Any]:
    """`yes` where a < b, else `no`."""
    return np.where(a < b, yes, no)


# These split u = 2^k f so that f lies between sqrt(1/2) and sqrt(2).


def exponent_of(u: NDArray[Any]) -> NDArray[Any]:
    """k of u = 2^k f."""
    form, bits = _from_root_half(u)
    return ((bits >> form.width) - form.bias).astype(u.dtype)


def inverse_power_of(u: NDArray[Any]) -> NDArray[Any]:
    """2^-k of u = 2^k f."""
    form, bits = _from_root_half(u)
    # The exponents of 2^k and of 2^-k add up to twice the bias.
    return ((2 * form.bias << form.width) - (bits >> form.width << form.width)).view(u.dtype)


def fraction_of(u: NDArray[Any]) -> NDArray[Any]:
    """f of u = 2^k f."""
    form, bits = _from_root_half(u)
    return ((bits & ((1 << form.width) - 1)) + form.root_half).view(u.dtype)


def _from_root_half(u: NDArray[Any]) -> tuple[Bits, NDArray[Any]]:
    """The bits of u, moved so that fractions begin anew at sqrt(1/2)."""
    if u.dtype == np.float32:
        form, bits = BITS_FLOAT32, u.view(np.int32)
    else:
        form, bits = BITS_FLOAT64, u.view(np.int64)
    return form, bits + bits.dtype.type(form.one - form.root_half)
