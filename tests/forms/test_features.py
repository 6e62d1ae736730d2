from __future__ import annotations

import tracemalloc

import numpy as np
import pyarrow as pa
import pytest

from isthmus.forms.features import INTS, SMALL_INTS, Features, TableWriter, single_rows
from isthmus.study.tables import read_table, write_table

LISTS = [[3, 1], [], [4, 1, 5], [9]]


@pytest.fixture
def table():
    writer = TableWriter({"n": pa.int32(), "ids": INTS, "kinds": SMALL_INTS, "flag": pa.bool_()})
    for number, ids in enumerate(LISTS):
        writer.add(n=number, ids=ids, kinds=[-1] * len(ids), flag=number % 2 == 0)
    return writer.table()


def test_writer_keeps_types_and_values(table):
    assert table.schema.types == [pa.int32(), INTS, SMALL_INTS, pa.bool_()]
    assert table.column("ids").to_pylist() == LISTS
    assert table.column("flag").to_pylist() == [True, False, True, False]


def test_writer_needs_every_column():
    with pytest.raises(KeyError, match="ids"):
        TableWriter({"ids": INTS}).add(n=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table,
        lambda table: pa.concat_tables([table.slice(0, 1), table.slice(1)]),
        lambda table: pa.concat_tables([table, table]).slice(4, 4),
    ],
)
def test_ragged_reads_any_chunks_and_slices(table, change):
    features = Features(change(table))
    ragged = features.lists["ids"]
    rows = np.array([2, 0, 1, 2])
    assert len(features) == 4
    assert features.columns["n"].tolist() == [0, 1, 2, 3]
    assert ragged.lengths(rows).tolist() == [3, 2, 0, 3]
    assert ragged.flat(rows).tolist() == [4, 1, 5, 3, 1, 4, 1, 5]
    assert ragged.padded(rows, 4, 7).tolist() == [
        [4, 1, 5, 7],
        [3, 1, 7, 7],
        [7, 7, 7, 7],
        [4, 1, 5, 7],
    ]
    assert ragged.padded(rows, 4, 7).dtype == np.int64


def test_one_chunk_is_read_without_a_copy(table):
    flat = table.column("ids").chunk(0).values.to_numpy()
    assert np.shares_memory(Features(table).lists["ids"].values, flat)


def test_files_joined_in_one_training_set_stay_on_the_disk(tmp_path):
    num_rows, length, num_files = 2_000, 100, 5
    expected = np.arange(num_files * num_rows * length, dtype=np.int32) % 1000
    for number, ids in enumerate(np.split(expected, num_files)):
        offsets = np.arange(num_rows + 1, dtype=np.int32) * length
        column = pa.ListArray.from_arrays(offsets, pa.array(ids))
        write_table(tmp_path / f"{number}.arrow", pa.table({"ids": column}))
    rows = np.random.default_rng(0).integers(0, num_files * num_rows, 32)
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    try:
        tables = [read_table(tmp_path / f"{number}.arrow") for number in range(num_files)]
        ragged = Features(pa.concat_tables(tables)).lists["ids"]
        found = ragged.padded(rows, length, 0)
        peak = tracemalloc.get_traced_memory()[1] + pa.total_allocated_bytes() - before
    finally:
        tracemalloc.stop()
    assert (found == expected.reshape(-1, length)[rows]).all()
    assert (ragged.values == expected).all()
    assert peak < expected.nbytes / 4, "offsets and a batch, no ids"


def test_no_rows():
    features = Features(TableWriter({"n": pa.int32(), "ids": INTS}).table())
    nothing = np.array([], dtype=np.int64)
    assert features.lists["ids"].flat(nothing).shape == (0,)
    assert features.lists["ids"].padded(nothing, 8, 0).shape == (0, 8)
    assert single_rows([]).shape == (0, 2)


def test_single_rows():
    assert single_rows([True, False, True]).tolist() == [[0, 1], [2, 3]]
