"""One word a line with its tag, a blank line between sentences: PAN-X, MasakhaNER, CoNLL 2003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.sources.lines import never_empty, numbered_lines
from isthmus.sources.tagging import sentences

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from isthmus.examples import Sentence

DOCUMENT_START = "-DOCSTART-"


@never_empty
def read_tagged(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    prefix: str = "",
    separator: str | None = None,
    labels: Sequence[str] | None = None,
) -> Iterator[Sentence]:
    """Yields the sentences of a file of words and tags.

    The first word's line decides for the file: a tab or else a space parts its columns, the first
    of which is the word and the last the tag; with one column the file has no tags. Lines that
    start with ``-DOCSTART-`` are skipped.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: Counts what ``numbered_lines`` repairs.
        prefix: What stands before every word and is no part of it: ``en:`` in raw PAN-X files.
        separator: What parts columns, where the first line must not decide.
        labels: The known tags; None takes any.

    Raises:
        DataError: A line with more or fewer columns than the first, an empty word or tag, a word
            without the prefix, an unknown tag.
    """
    return sentences(_rows(path, repairs, prefix, separator), path, uid, labels)


def _rows(
    path: Path, repairs: Counter[str], prefix: str, separator: str | None
) -> Iterator[tuple[int, str, str | None]]:
    width = 0
    for line, text in numbered_lines(path, repairs):
        if not text.strip(" \t") or text.startswith(DOCUMENT_START):
            yield line, "", None
            continue
        if separator is None:
            separator = "\t" if "\t" in text else " "
        columns = text.split(separator)
        width = width or len(columns)
        if len(columns) != width:
            message = f"{len(columns)} columns where the first word has {width}: {text[:80]!r}"
            raise DataError(message, path=path, line=line)
        word = columns[0]
        if prefix:
            if not word.startswith(prefix):
                message = f"word {word[:80]!r} does not start with {prefix!r}"
                raise DataError(message, path=path, line=line)
            word = word[len(prefix) :]
        if not word or not columns[-1]:
            message = f"an empty word or tag: {text[:80]!r}"
            raise DataError(message, path=path, line=line)
        yield line, word, columns[-1] if width > 1 else None
