"""The step of the search that is written lane by lane: which of a stride's bounds are above floors.

A loop that numba compiles gathers one bit a column by shifts and a sum over lanes; what processors
have for it, LLVM makes of a comparison whose result is read as bits.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

STRIDE = 32
"""Columns looked at together, a bit each; a tile's width is a multiple of it."""

_INT, _FLOAT, _BYTES = ir.IntType(32), ir.FloatType(), 4
_INTS, _FLOATS = ir.VectorType(_INT, STRIDE), ir.VectorType(_FLOAT, STRIDE)
_NOTHING = ir.Constant(_FLOATS, ir.Undefined)
_FIRST = ir.Constant(_INTS, [0] * STRIDE)


@intrinsic
def above_floors(_, product_C, scale_C, offset_C, floor_C, start, scale, rest, floor):
    """Says which of ``product * (scale * scale_C) + offset_C + rest`` are above either floor.

    Args:
        product_C: int32 or float32; ``scale_C``, ``offset_C`` and ``floor_C`` are float32. None may
            have gaps.
        start: The first of the ``STRIDE`` columns looked at.
        scale, rest, floor: Of the row, float32.

    Returns:
        uint32, whose lowest bit is that of the first column.
    """
    given = (product_C, scale_C, offset_C, floor_C, start, scale, rest, floor)
    if any(array.layout != "C" for array in given[:4]):
        return None  # numba says then that it cannot be called so

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def lanes(place: int, vector: Any) -> Any:
            array = context.make_array(signature.args[place])(context, builder, args[place])
            first = builder.gep(array.data, [args[4]])
            pointer = builder.bitcast(first, vector.as_pointer())
            return builder.load(pointer, align=_BYTES)

        def spread(place: int) -> Any:
            one = builder.insert_element(_NOTHING, args[place], ir.Constant(_INT, 0))
            return builder.shuffle_vector(one, _NOTHING, _FIRST)

        if signature.args[0].dtype == types.int32:
            product = builder.sitofp(lanes(0, _INTS), _FLOATS)
        else:
            product = lanes(0, _FLOATS)
        scaled = builder.fmul(product, builder.fmul(lanes(1, _FLOATS), spread(5)))
        bound = builder.fadd(builder.fadd(scaled, lanes(2, _FLOATS)), spread(6))
        higher = [builder.fcmp_ordered(">", bound, one) for one in (lanes(3, _FLOATS), spread(7))]
        return builder.bitcast(builder.or_(*higher), ir.IntType(STRIDE))

    return types.uint32(*given), generate
