"""Makes batches ahead of the step that computes them, in one thread beside it.

While a graphics card computes, the host has time to make the next batches and to start copying
them. On a processor making and computing would share the cores, and there is less than one part in
a hundred to win (bench/results/compile.md). A batch is a function of its number, so it is the same
whenever it is made, and nothing about it has to be saved.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

Item = TypeVar("Item")

NUM_AHEAD = {"cuda": 4}
"""How many batches are made ahead, by type of device; on others, each when it is asked for."""


@contextmanager
def ahead(items: Iterator[Item], device: torch.device) -> Iterator[Iterator[Item]]:
    """Lends items in order, made ahead where the device's type has it so.

    What making one raises arrives at its place in the order, with its traceback. Leaving, however,
    ends the thread, at the latest when the item that it is at is made.
    """
    num_ahead = NUM_AHEAD.get(device.type, 0)
    if num_ahead == 0:
        yield items
        return
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
    try:
        yield _in_order(items, thread, num_ahead)
    finally:
        thread.shutdown(cancel_futures=True)


def _in_order(items: Iterator[Item], thread: ThreadPoolExecutor, num_ahead: int) -> Iterator[Item]:
    # One thread takes requests in order, so that the nth answer is the nth item.
    requests = deque(thread.submit(_next, items) for _ in range(num_ahead))
    while found := requests.popleft().result():
        requests.append(thread.submit(_next, items))
        yield from found


def _next(items: Iterator[Item]) -> tuple[Item, ...]:
    """Returns the next item alone, or nothing at the end: no future may raise StopIteration."""
    for item in items:
        return (item,)
    return ()
