"""Digests of file contents, computed once a process for a file that has not changed."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from isthmus.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

BLOCK_BYTES = 1 << 20


def content_digest(path: Path) -> str:
    """The BLAKE2b digest (128 bits, in hex) of a file's bytes.

    Raises:
        DataError: The file cannot be read.
    """
    try:
        status = path.stat()
        return _digest(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"cannot be read: {reason}", path=path) from error


@lru_cache(maxsize=65536)
def _digest(path: Path, _size: int, _mtime_ns: int) -> str:
    """The digest; size and time of the last change are only there to tell versions apart."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
