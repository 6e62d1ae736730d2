"""Running text: lines, Bibles, the Declaration; and XML that is not to be trusted."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import pytest

from isthmus.errors import DataError
from isthmus.examples import Text
from isthmus.sources import lines, markup
from isthmus.sources.bible import read_bible_csv, read_bible_xml
from isthmus.sources.plain import read_lines
from isthmus.sources.udhr_xml import read_udhr_xml


def write(folder, text, name="file"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(reader, folder, data, repairs=None, **options):
    repairs = Counter() if repairs is None else repairs
    return list(reader(write(folder, data), uid="u", repairs=repairs, **options))


def refused(reader, folder, data, **options):
    with pytest.raises(DataError) as caught:
        read(reader, folder, data, **options)
    return caught.value


def udhr(body, start=""):
    return f"{start}<udhr xmlns='x'><title>T</title>{body}</udhr>"


def test_lines_skip_blanks_and_take_a_part_of_a_file(tmp_path):
    repairs = Counter()
    text = "a\n \nb \nc\u2028d\ne\n"
    assert read(read_lines, tmp_path, text, repairs, stop=4) == [
        Text(uid="u/0", text="a"),
        Text(uid="u/1", text="b"),
        Text(uid="u/2", text="c\u2028d"),
    ]
    assert repairs == {"blank line skipped": 1}
    assert [text.text for text in read(read_lines, tmp_path, text, start=3)] == ["c\u2028d", "e"]
    assert "no example" in str(refused(read_lines, tmp_path, text, start=9))


def test_parallel_lines(tmp_path):
    repairs = Counter()
    parallel = write(tmp_path, "x\n\nz\n", "parallel")
    texts = read(read_lines, tmp_path, "a\nb\nc\n", repairs, parallel_path=parallel)
    assert [(text.text, text.parallel) for text in texts] == [("a", "x"), ("c", "z")]
    assert repairs == {"blank line skipped": 1}
    error = refused(read_lines, tmp_path, "a\nb\nc\nd\n", parallel_path=parallel)
    assert (error.path, error.line) == (parallel, 3)


def test_bible_csv(tmp_path):
    repairs = Counter()
    text = 'Book,Chapter,Verse,Text\nGenesis,1,1,\nGenesis,1,2," In the, "\nGenesis,1,3, \n'
    assert read(read_bible_csv, tmp_path, text, repairs) == [Text(uid="u/0", text="In the,")]
    assert repairs == {"blank verse skipped": 2}
    assert refused(read_bible_csv, tmp_path, "Genesis,1,1,x\n").line == 1
    assert refused(read_bible_csv, tmp_path, text + "Genesis,1,4\n").line == 5


def test_bible_xml(tmp_path):
    repairs = Counter()
    text = (
        "<cesDoc><seg>no</seg><seg id='b' type='verse'>\n  In <i>the</i>\n</seg>"
        "<seg type='verse'> \n</seg></cesDoc>"
    )
    assert read(read_bible_xml, tmp_path, text, repairs) == [Text(uid="u/0", text="In the")]
    assert repairs == {"blank verse skipped": 1}


def test_udhr(tmp_path):
    repairs = Counter()
    text = "\ufeff" + udhr("<article><para>a &#233; <![CDATA[<]]></para><para/></article>")
    assert read(read_udhr_xml, tmp_path, text, repairs) == [Text(uid="u/0", text="a é <")]
    assert repairs == {"blank paragraph skipped": 1, "byte order mark dropped": 1}


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (udhr("<para>&b;</para>", BOMB), 1, "declarations of its own"),
        (udhr("<para>&a;</para>", OUTSIDE), 1, "declarations of its own"),
        (udhr("\n<para>&a;</para>", '<!DOCTYPE d SYSTEM "d.dtd">\n'), 3, "the entity 'a'"),
        (udhr("\n<para>&a;</para>"), 2, "undefined entity"),
        (udhr("\n<para>a</paar>"), 2, "mismatched tag"),
        (udhr("\n<para>a</para>")[:-5], 2, "not well-formed"),
        (udhr("\n<para>\0</para>"), 2, "not well-formed"),
        (udhr("\n<para>é</para>").encode("latin-1"), 2, "not well-formed"),
        (udhr("").encode(), None, "no example"),
        (b"", None, "empty"),
        (udhr("\n" + "<para>a" * 60), 2, "within itself"),
    ],
)
def test_xml_refuses(tmp_path, text, line, words):
    error = refused(read_udhr_xml, tmp_path, text)
    assert error.line == line
    assert words in str(error)


def test_a_declared_encoding_does_not_change_how_bytes_are_read(tmp_path):
    start = '<?xml version="1.0" encoding="ISO-8859-1"?>'
    (text,) = read(read_udhr_xml, tmp_path, udhr("<para>é</para>", start))
    assert text.text == "é"


@pytest.mark.parametrize(
    "body",
    [
        b"<para>" + b"x y " * 10_000_000 + b"</para>",
        b"<para " + b"x" * 40_000_000 + b"='1'/>",
        b"<!--" + b"x" * 40_000_000 + b"--><para>a</para>",
    ],
    ids=["text", "tag", "comment"],
)
def test_gigantic_xml_is_refused_without_being_read(tmp_path, body):
    tracemalloc.start()
    error = refused(read_udhr_xml, tmp_path, b"<udhr>\n" + body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.line == 2
    # ``body`` itself was made before, so only the reader's own memory is seen.
    assert peak < 40_000_000 + 60 * lines.MAX_LINE
    assert markup.MAX_DEPTH < 100
