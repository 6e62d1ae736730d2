"""What the search asks of a processor that numba's Python has no words for.

A loop that numba compiles gathers one bit a column by shifts and a sum over lanes; what processors
have for it, LLVM makes of a comparison whose result is read as bits. And a row of a large table
takes memory longer to bring than to use, unless it is asked for ahead.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core.cgutils import for_range_slice
from numba.extending import intrinsic

STRIDE = 32
"""Columns looked at together, a bit each; a tile's width is a multiple of it."""

_INT, _FLOAT, _BYTES = ir.IntType(32), ir.FloatType(), 4
_INTS, _FLOATS = ir.VectorType(_INT, STRIDE), ir.VectorType(_FLOAT, STRIDE)
_LINE = 64 // _BYTES
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


@intrinsic
def ask_for(_, table_ND, row):
    """Asks memory for a row of a float32 table, and does not wait for it."""
    if table_ND.layout != "C":
        return None  # numba says then that it cannot be called so

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        table = context.make_array(signature.args[0])(context, builder, args[0])
        width = builder.extract_value(table.shape, 1)
        start = builder.mul(args[1], width)
        first, step = ir.Constant(width.type, 0), ir.Constant(width.type, _LINE)
        pointer = ir.IntType(8).as_pointer()
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [pointer], ir.FunctionType(ir.VoidType(), [pointer, _INT, _INT, _INT])
        )
        with for_range_slice(builder, first, width, step, intp=width.type) as (column, _):
            place = builder.gep(table.data, [builder.add(start, column)])
            # To read, into the second cache, as data.
            builder.call(prefetch, [builder.bitcast(place, pointer), _INT(0), _INT(2), _INT(1)])
        return context.get_dummy_value()

    return types.void(table_ND, row), generate
