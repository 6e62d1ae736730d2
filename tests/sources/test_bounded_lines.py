"""Lines: what ends one, what is repaired, what is refused, and that nothing is read without bound."""

from __future__ import annotations

import bz2
import gzip
import lzma
import time
import tracemalloc
from collections import Counter

import pytest

from isthmus.errors import DataError
from isthmus.sources import lines
from isthmus.sources.lines import never_empty, numbered_lines, whole_text
from isthmus.sources.pairs_tsv import read_pairs_tsv


def write(folder, data, name="file.txt"):
    path = folder / name
    path.write_bytes(data)
    return path


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        list(numbered_lines(path, Counter(), **options))
    return caught.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_ends_a_line(tmp_path, end, last):
    text = "a" + end + "" + end + "c" + (end if last else "")
    repairs = Counter()
    found = list(numbered_lines(write(tmp_path, text.encode()), repairs))
    assert found == [(1, "a"), (2, ""), (3, "c")]
    assert repairs == ({"file with lone CR line ends": 1} if end == "\r" else {})


def test_nothing_else_ends_a_line(tmp_path):
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"
    path = write(tmp_path, f"{text}\nh\n".encode())
    assert list(numbered_lines(path, Counter())) == [(1, text), (2, "h")]


def test_a_byte_order_mark_is_dropped_and_counted_but_only_at_the_start(tmp_path):
    repairs = Counter()
    path = write(tmp_path, "\ufeffa\n\ufeffb\n".encode())
    assert list(numbered_lines(path, repairs)) == [(1, "a"), (2, "\ufeffb")]
    assert whole_text(path, repairs) == "a\n\ufeffb\n"
    assert repairs == {"byte order mark dropped": 2}


@pytest.mark.parametrize("padding", [0, 8_191, 8_192, 70_000])
def test_a_byte_that_is_not_utf8_is_named_with_its_line(tmp_path, padding):
    filler = b"x" * 9 + b"\n"
    rows = padding // 10
    path = write(tmp_path, filler * rows + "é".encode() * 5 + b"caf\xe9 \n" + filler * 3)
    error = refused(path)
    assert (error.path, error.line) == (path, rows + 1)
    assert "0xe9" in str(error)
    with pytest.raises(DataError) as caught:
        whole_text(path, Counter())
    assert caught.value.line == rows + 1


def test_a_character_cut_at_the_end_of_the_file_is_refused(tmp_path):
    assert refused(write(tmp_path, b"a\nb\n" + "é".encode()[:1])).line == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused_with_a_remedy(tmp_path, encoding):
    assert "iconv" in str(refused(write(tmp_path, "hello\n".encode(encoding))))


def test_a_nul_is_refused_with_its_line(tmp_path):
    path = write(tmp_path, b"a\nb\0c\n")
    assert refused(path).line == 2
    with pytest.raises(DataError) as caught:
        whole_text(path, Counter())
    assert caught.value.line == 2


def test_a_line_may_be_as_long_as_the_bound_and_no_longer(tmp_path):
    path = write(tmp_path, b"ab\n12345678\n12345678")
    assert [text for _, text in numbered_lines(path, Counter(), max_line=8)][1:] == ["12345678"] * 2
    assert refused(path, max_line=7).line == 2
    assert refused(write(tmp_path, b"123456789", "long"), max_line=8).line == 1
    assert len(whole_text(path, Counter(), max_document=20)) == 20
    with pytest.raises(DataError, match="longer than 19"):
        whole_text(path, Counter(), max_document=19)


@pytest.mark.parametrize("suffix", [".txt", ".gz", ".bz2", ".xz"])
def test_a_gigantic_line_is_refused_without_being_read(tmp_path, suffix):
    pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(suffix, bytes)
    path = write(tmp_path, pack(b"a\n" + b"x" * 40_000_000), f"file{suffix}")
    tracemalloc.start()
    error = refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.line == 2
    assert peak < 16 * lines.MAX_LINE


@pytest.mark.parametrize("pack", [gzip, bz2, lzma])
def test_compressed_files_are_read_as_they_are_and_refused_when_cut(tmp_path, pack):
    suffix = {gzip: ".gz", bz2: ".bz2", lzma: ".xz"}[pack]
    data = "".join(f"строка {number * 7919 % 10_007}\n" for number in range(3_000)).encode()
    packed = pack.compress(data)
    path = write(tmp_path, packed, f"file.txt{suffix}")
    assert "".join(f"{text}\n" for _, text in numbered_lines(path, Counter())).encode() == data
    for cut in (10, len(packed) // 2, len(packed) - 3):
        assert "fetch it again" in str(refused(write(tmp_path, packed[:cut], f"cut{suffix}")))
    assert "fetch it again" in str(refused(write(tmp_path, data, f"not{suffix}")))


def test_a_missing_file_names_the_nearest(tmp_path):
    write(tmp_path, b"a\n", "dev-de.tsv")
    error = refused(tmp_path / "dev-d.tsv")
    assert "Did you mean 'dev-de.tsv'?" in str(error)
    assert "does not exist" in str(refused(tmp_path / "nowhere" / "dev-de.tsv"))


def test_an_empty_file_a_folder_and_an_odd_name_are_refused(tmp_path):
    assert "empty" in str(refused(write(tmp_path, b"")))
    assert "opened" in str(refused(tmp_path))
    assert "opened" in str(refused(tmp_path / "a\0b"))


def test_a_reader_without_examples_is_refused_and_stays_lazy(tmp_path):
    reader = never_empty(lambda path, *, stop: iter(range(stop)))
    assert list(reader(tmp_path, stop=3)) == [0, 1, 2]
    with pytest.raises(DataError, match="no example"):
        list(reader(tmp_path, stop=0))
    assert next(reader(tmp_path, stop=10**12)) == 0


def test_a_file_is_not_read_before_it_is_asked_for(tmp_path):
    path = write(tmp_path, b"a\tb\tc\n" * 10_000 + b"\xff\n")
    examples = read_pairs_tsv(path, uid="u", repairs=Counter())
    assert next(examples).label == "c"


def test_fifty_thousand_pairs_a_second(tmp_path):
    row = "And he said, Mama, I'm home, and then he went.\tHe called his mom at once.\tneutral\n"
    path = write(tmp_path, (row * 50_000).encode())
    start = time.process_time()
    count = sum(1 for _ in read_pairs_tsv(path, uid="u", repairs=Counter(), labels=("neutral",)))
    assert count == 50_000
    assert time.process_time() - start < 1.0
