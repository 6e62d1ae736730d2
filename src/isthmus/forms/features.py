"""Feature tables: written row by row, stored as Arrow, read as flat numpy arrays.

A column is either one number a row or a list of numbers a row ("ragged"). Lists stay flat, with
offsets, from the tokenizer to the padded batch, so that no step makes a Python object a token.

Shape letters: N rows asked for, T padded width, R rows in the table.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

INTS = pa.list_(pa.int32())
SMALL_INTS = pa.list_(pa.int8())

_TYPECODES = {pa.int32(): "i", pa.int8(): "b", pa.bool_(): "b"}


class TableWriter:
    """Grows a feature table row by row.

    Args:
        fields: Type by column: ``int32``, ``int8``, ``bool_`` or a list of the first two.
    """

    def __init__(self, fields: Mapping[str, pa.DataType]):
        self._schema = pa.schema(list(fields.items()))
        self._values = {name: array(_typecode(kind)) for name, kind in fields.items()}
        self._ends = {name: array("i", [0]) for name, kind in fields.items() if _is_list(kind)}

    def add(self, **row: int | bool | Iterable[int]) -> None:
        """Adds a row, which has a value for every column."""
        for name, values in self._values.items():
            value: Any = row[name]
            ends = self._ends.get(name)
            if ends is None:
                values.append(value)
            else:
                values.extend(value)
                ends.append(len(values))

    def table(self) -> pa.Table:
        """Returns the rows so far."""
        arrays = [self._column(field) for field in self._schema]
        return pa.Table.from_arrays(arrays, schema=self._schema)

    def _column(self, field: pa.Field) -> pa.Array:
        values = np.array(self._values[field.name])
        if not _is_list(field.type):
            return pa.array(values).cast(field.type)
        ends = np.array(self._ends[field.name])
        return pa.ListArray.from_arrays(ends, pa.array(values, field.type.value_type), field.type)


@dataclass(frozen=True, slots=True)
class Ragged:
    """A list column: row r is ``values[offsets[r]:offsets[r + 1]]``."""

    offsets: NDArray[np.int64]
    values: NDArray[Any]

    def lengths(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the number of values in each of the rows, shape [N]."""
        return self.offsets[rows + 1] - self.offsets[rows]

    def flat(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the rows' values one after the other."""
        lengths = self.lengths(rows)
        ends = np.cumsum(lengths)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        index = np.repeat(self.offsets[rows], lengths) + within
        return np.asarray(self.values[index], dtype=np.int64)

    def padded(self, rows: NDArray[np.int64], width: int, fill: int) -> NDArray[np.int64]:
        """Returns the rows' values filled up to a width of at least the longest, shape [N, T]."""
        padded = np.full((len(rows), width), fill, dtype=np.int64)
        padded[np.arange(width) < self.lengths(rows)[:, None]] = self.flat(rows)
        return padded


class Features:
    """A feature table opened for reading; columns in one chunk are not copied.

    Attributes:
        table: The table. lists: Its list columns. columns: The others, shape [R].
    """

    def __init__(self, table: pa.Table):
        self.table = table.combine_chunks()
        self.lists: dict[str, Ragged] = {}
        self.columns: dict[str, NDArray[Any]] = {}
        for name in self.table.column_names:
            column = _single_chunk(self.table.column(name))
            if _is_list(column.type):
                offsets = column.offsets.to_numpy().astype(np.int64)
                self.lists[name] = Ragged(offsets, column.values.to_numpy(zero_copy_only=False))
            else:
                self.columns[name] = column.to_numpy(zero_copy_only=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)


def single_rows(wanted: Sequence[bool] | NDArray[np.bool_]) -> NDArray[np.int64]:
    """Returns a unit (row, row + 1) for every row that is wanted, shape [U, 2]."""
    rows = np.flatnonzero(wanted).astype(np.int64)
    return np.stack([rows, rows + 1], axis=1)


def _single_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(_chunks(column))


def _chunks(column: pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks or [pa.array([], type=column.type)]


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind))


def _typecode(kind: pa.DataType) -> str:
    return _TYPECODES[kind.value_type if _is_list(kind) else kind]
