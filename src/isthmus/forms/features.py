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

_NOTHING = np.empty(0, dtype=np.int8)

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
    """A list column: row r is the values from ``offsets[r]`` to ``offsets[r + 1]``.

    Attributes:
        offsets: Over the values of all parts in order, shape [R + 1].
        parts: The values, where they lie: a part a file, say, mapped into memory.
        starts: Of each part among all values.
    """

    offsets: NDArray[np.int64]
    parts: tuple[NDArray[Any], ...]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Ragged:
        """Opens a column without copying values."""
        ends: list[NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
        parts: list[NDArray[Any]] = []
        for chunk in column.chunks:
            if len(chunk):
                offsets = chunk.offsets.to_numpy().astype(np.int64)
                ends.append(offsets[1:] - offsets[0] + ends[-1][-1])
                values = chunk.values[offsets[0] : offsets[-1]]
                parts.append(values.to_numpy(zero_copy_only=False))
        starts = np.cumsum([0, *map(len, parts)])[:-1].astype(np.int64)
        return cls(np.concatenate(ends), tuple(parts), starts)

    @property
    def values(self) -> NDArray[Any]:
        """All values; copied where there are several parts."""
        return self.parts[0] if len(self.parts) == 1 else np.concatenate([*self.parts, _NOTHING])

    def lengths(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the number of values in each of the rows, shape [N]."""
        return self.offsets[rows + 1] - self.offsets[rows]

    def flat(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the rows' values one after the other."""
        lengths = self.lengths(rows)
        ends = np.cumsum(lengths)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        place = np.repeat(self.offsets[rows], lengths) + within
        part = np.searchsorted(self.starts, place, side="right") - 1
        flat = np.empty(len(place), dtype=np.int64)
        for number in np.unique(part):
            inside = part == number
            flat[inside] = self.parts[number][place[inside] - self.starts[number]]
        return flat

    def padded(self, rows: NDArray[np.int64], width: int, fill: int) -> NDArray[np.int64]:
        """Returns the rows' values filled up to a width of at least the longest, shape [N, T]."""
        padded = np.full((len(rows), width), fill, dtype=np.int64)
        padded[np.arange(width) < self.lengths(rows)[:, None]] = self.flat(rows)
        return padded


class Features:
    """A feature table opened for reading; lists are not copied, so files stay on the disk.

    Attributes:
        table: The table. lists: Its list columns. columns: The others, shape [R].
    """

    def __init__(self, table: pa.Table):
        self.table = table
        self.lists: dict[str, Ragged] = {}
        self.columns: dict[str, NDArray[Any]] = {}
        for name in table.column_names:
            column = table.column(name)
            if _is_list(column.type):
                self.lists[name] = Ragged.of(column)
            else:
                self.columns[name] = column.to_numpy()

    def __len__(self) -> int:
        return int(self.table.num_rows)


def single_rows(wanted: Sequence[bool] | NDArray[np.bool_]) -> NDArray[np.int64]:
    """Returns a unit (row, row + 1) for every row that is wanted, shape [U, 2]."""
    rows = np.flatnonzero(wanted).astype(np.int64)
    return np.stack([rows, rows + 1], axis=1)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind))


def _typecode(kind: pa.DataType) -> str:
    return _TYPECODES[kind.value_type if _is_list(kind) else kind]
