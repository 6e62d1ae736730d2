"""The loops of attention that numba compiles: what is between the products, in one pass each.

Tables are given as integers of their bits, int16 for bf16 and int32 for fp32: numba knows no bf16.
``shift`` is how many bits an fp32 has more than they have, 16 or 0.

Letters of shapes: F tokens of all sequences, N sequences, H heads, W width of a head, R rows and Q
pairs of places of all padded sequences and heads, see ``isthmus.models.packing``.

``places`` are the five arrays of a packing. ``share`` is the first sequence to work on and the one
after the last, so that threads may share them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from isthmus.compiled import REORDERED

_LOG2_E = np.float32(np.log2(np.e))
_SMALLEST_EXPONENT = np.float32(-126)
_SIGN, _NO_SIGN = np.int32(-(2**31)), np.int32(2**31 - 1)
# 2 ** x for x in [-0.5, 0.5], highest power first: interpolated at Chebyshev's points, 1e-8 off.
_POWER = np.polynomial.chebyshev.Chebyshev.interpolate(np.exp2, 6, domain=[-0.5, 0.5])
_P0, _P1, _P2, _P3, _P4, _P5, _P6 = (
    np.float32(c) for c in _POWER.convert(kind=np.polynomial.Polynomial).coef
)


@njit(**REORDERED)
def pack(flat_FHW, packed_RW, places, share):
    """Copies sequences' rows head by head, zero on padding."""
    num_heads, width = flat_FHW.shape[1], flat_FHW.shape[2]
    start_N, length_N, padded_N, row_N, _ = places
    for n in range(share[0], share[1]):
        start, length, padded = start_N[n], length_N[n], padded_N[n]
        for head in range(num_heads):
            row = row_N[n] * num_heads + head * padded
            for token in range(length):
                for w in range(width):
                    packed_RW[row + token, w] = flat_FHW[start + token, head, w]
            packed_RW[row + length : row + padded] = 0


@njit(**REORDERED)
def unpack(packed_RW, flat_FHW, places, share):
    """Copies rows back from where ``pack`` puts them."""
    num_heads, width = flat_FHW.shape[1], flat_FHW.shape[2]
    start_N, length_N, padded_N, row_N, _ = places
    for n in range(share[0], share[1]):
        start, length = start_N[n], length_N[n]
        for head in range(num_heads):
            row = row_N[n] * num_heads + head * padded_N[n]
            for token in range(length):
                for w in range(width):
                    flat_FHW[start + token, head, w] = packed_RW[row + token, w]


@njit(**REORDERED)
def weigh(scores_Q, weights_Q, random_Q, numbers, num_heads, places, share):
    """Makes weights of scores, by softmax over real keys, and drops some.

    Args:
        scores_Q: Products of queries and keys, replaced by the weights after dropout.
        weights_Q: Where the weights before dropout go; those that are dropped get a sign.
        random_Q: int16 each; a weight whose number is below the least is dropped. None, and no
            ``weights_Q`` either, if nothing is.
        numbers: That least; what scores and what weights that are kept are multiplied by; shift.
    """
    _, length_N, padded_N, _, square_N = places
    least, scaling, up, shift = numbers
    x_room, power_room, kept_room = _room(padded_N), _room(padded_N), _room(padded_N)
    for n in range(share[0], share[1]):
        length, padded = length_N[n], padded_N[n]
        for head in range(num_heads):
            start = square_N[n] * num_heads + head * padded * padded
            for query in range(length):
                place = start + query * padded
                scores = scores_Q[place : place + padded]
                x, power, kept = x_room[:length], power_room[:length], kept_room[:length]
                _softmax(scores, x, power, np.float32(scaling * _LOG2_E), shift)
                if random_Q is None:
                    for key in range(length):
                        scores[key] = _rounded(x[key], shift) >> shift
                else:
                    weights = weights_Q[place : place + padded]
                    _drop(random_Q[place : place + length], least, kept)
                    _write(x, shift, kept, True, weights)
                    _times(x.view(np.float32), up)
                    _write(x, shift, kept, False, scores)
                    weights[length:] = 0
                scores[length:] = 0
            scores_Q[start + length * padded : start + padded * padded] = 0
            if random_Q is not None:
                weights_Q[start + length * padded : start + padded * padded] = 0


@njit(**REORDERED)
def weigh_back(weights_Q, gradient_Q, numbers, num_heads, places, share):
    """Makes the gradient of scores of that of dropped weights, in place.

    Args:
        weights_Q: As ``weigh`` left them.
        numbers: What scores and what weights that were kept were multiplied by; shift.
    """
    _, length_N, padded_N, _, square_N = places
    scaling, up, shift = numbers
    weight_room, room = _room(padded_N), _room(padded_N)
    for n in range(share[0], share[1]):
        length, padded = length_N[n], padded_N[n]
        for head in range(num_heads):
            start = square_N[n] * num_heads + head * padded * padded
            for query in range(length):
                place = start + query * padded
                weights = weights_Q[place : place + length]
                gradient = gradient_Q[place : place + padded]
                weight_bits, bits = weight_room[:length], room[:length]
                for key in range(length):
                    weight_bits[key] = np.int32(weights[key]) << shift
                for key in range(length):
                    bits[key] = (np.int32(gradient[key]) << shift) & ~(weight_bits[key] >> 31)
                for key in range(length):
                    weight_bits[key] &= _NO_SIGN
                _through_softmax(weight_bits.view(np.float32), bits.view(np.float32), scaling, up)
                for key in range(length):
                    gradient[key] = _rounded(bits[key], shift) >> shift
                gradient[length:] = 0
            gradient_Q[start + length * padded : start + padded * padded] = 0


@njit(**REORDERED)
def _room(padded_N):
    """Bits of a float32 for each key of the longest sequence."""
    return np.empty(np.max(padded_N), np.int32)


@njit(**REORDERED)
def _softmax(scores, bits, power, factor, shift):
    """Fills ``bits``, of float32, with the softmax of scores times the factor over log2(e)."""
    x, power_of_two = bits.view(np.float32), power.view(np.float32)
    top = np.int32(-(2**31))
    for key in range(len(bits)):
        bits[key] = np.int32(scores[key]) << shift
    for key in range(len(bits)):
        # As integers, floats are ordered alike from here on; a largest float takes 5 times as long.
        power[key] = bits[key] ^ ((bits[key] >> 31) & _NO_SIGN)
    for key in range(len(bits)):
        top = max(top, power[key])
    power[0] = top ^ ((top >> 31) & _NO_SIGN)
    largest = power_of_two[0] * factor
    for key in range(len(bits)):
        exponent = max(x[key] * factor - largest, _SMALLEST_EXPONENT)
        whole = np.int32(exponent - np.float32(0.5))
        part = exponent - np.float32(whole)
        value = ((_P6 * part + _P5) * part + _P4) * part + _P3
        x[key] = ((value * part + _P2) * part + _P1) * part + _P0
        power[key] = (whole + np.int32(127)) << np.int32(23)
    for key in range(len(bits)):
        x[key] *= power_of_two[key]
    total = np.float32(0)
    for key in range(len(bits)):
        total += x[key]
    _times(x, np.float32(1) / total)


@njit(**REORDERED)
def _through_softmax(weights, gradient, scaling, up):
    """Takes a gradient back through dropout and softmax, in place."""
    dot = np.float32(0)
    for key in range(len(weights)):
        gradient[key] *= up
        dot += weights[key] * gradient[key]
    for key in range(len(weights)):
        gradient[key] = weights[key] * (gradient[key] - dot) * scaling


@njit(**REORDERED)
def _drop(random, least, kept):
    """Fills ``kept`` with all bits where a number is at least so large, else none."""
    for key in range(len(kept)):
        kept[key] = -np.int32(random[key] >= least)


@njit(**REORDERED)
def _write(bits, shift, kept, signs, out):
    """Writes floats; those not kept with a sign, or as 0."""
    others = _SIGN if signs else np.int32(0)
    always = _NO_SIGN if signs else np.int32(0)
    for key in range(len(bits)):
        value = _rounded(bits[key], shift)
        out[key] = ((value & (kept[key] | always)) | (~kept[key] & others)) >> shift


@njit(**REORDERED)
def _times(values, factor):
    for place in range(len(values)):
        values[place] *= factor


@njit(**REORDERED)
def _rounded(bits, shift):
    """A float32's bits, rounded to the nearest with ``shift`` bits less, to even of two."""
    half = (np.int32(1) << shift) >> 1
    odd = (bits >> shift) & np.int32(1)
    return bits + max(np.int32(0), half - np.int32(1) + odd * np.int32(shift > 0))
