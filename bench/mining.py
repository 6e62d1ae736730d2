"""Mining beside faiss: the 4 nearest both ways, interleaved in one process on the same vectors.

    python bench/mining.py                            10,000 x 768, five pairs of runs
    python bench/mining.py --rows 100000 --width 1024 --sources 20000
    python bench/mining.py --num-threads 2 --clock wall
    python bench/mining.py --rows 1000000 --width 128 --alone --mapped --num-pairs 1 --num-threads 2 --clock wall

Both start from vectors of any length. faiss scales them (normalize_L2), fills an IndexFlatIP for
each direction and searches it. The vectors lean one way (mean cosine 0.93), and each source row has
a foreign one near it. A share of a peak is the rate of one direction's products over that of tiles
of 1,024 x 1,024 alone, measured beside each run. With --alone faiss is left out, with --mapped the vectors are files
mapped into memory. Results go where bench/speed.py keeps them.
"""

from __future__ import annotations

import argparse
import os
import resource
import shlex
import sys
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from statistics import median
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import numpy as np
import torch
from peak import CLOCKS
from speed import Result, keep, summary
from threadpoolctl import threadpool_limits

from isthmus.scoring.nearest import unit_length
from isthmus.search.neighbours import both_ways
from isthmus.search.speed import int8_products

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from isthmus.scoring.nearest import BothWays

    Floats = NDArray[np.float32]

K = 4
LEAN = 3.65
"""Added to every number, so that the mean cosine is 0.93."""
PEAKS = ("int8", "bf16", "fp32")
"""Of which a share is measured."""


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Seconds of each run, and the rate of products measured beside it, in GFLOP/s."""

    ours: list[float] = field(default_factory=list)
    faiss: list[float] = field(default_factory=list)
    rates: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in PEAKS})


def main() -> None:
    asked = arguments()
    torch.set_num_threads(asked.num_threads)
    threadpool_limits(asked.num_threads)  # numpy's threads, which would spin beside one of ours
    source, foreign = vectors(asked.rows, asked.width)
    source = source[: asked.sources]
    if asked.mapped:
        source, foreign = mapped(source, "source"), mapped(foreign, "foreign")
    load = os.getloadavg()[0]
    runs, found, way = measured(source, foreign, asked)
    row = f"mining, {asked.rows:,} x {asked.width:,}"
    result = partial(
        Result,
        clock=asked.clock,
        threads=asked.num_threads,
        load=(round(load, 1), round(os.getloadavg()[0], 1)),
        command=shlex.join(["python", "bench/mining.py", *sys.argv[1:]]),
        num_pairs=asked.num_pairs,
    )
    if runs.faiss:
        keep(against_faiss(partial(result, row=row), runs, len(source) * len(foreign), way))
    work = 2e-9 * len(source) * len(foreign) * asked.width
    for name in PEAKS:
        of_peak = partial(result, row=f"{row}, share of the {name} peak")
        keep(share(of_peak, runs.ours, runs.rates[name], work, f": {way}" if asked.alone else ""))
    keep(recall(partial(result, row=f"{row}, recall"), found, source, foreign))


def against_faiss(result: partial[Result], runs: Runs, num_products: int, way: str) -> Result:
    ratio, low, high = summary(runs.ours, runs.faiss)
    return result(
        peer="faiss IndexFlatIP, both directions",
        ratio=ratio,
        low=low,
        high=high,
        detail=f"{way}, mean cosine 0.93; no padding",
        ours=round(1e-6 * num_products / median(runs.ours), 1),
        peers=round(1e-6 * num_products / median(runs.faiss), 1),
        unit="million pairs of vectors a second",
    )


def share(
    result: partial[Result], seconds: list[float], rates: list[float], work: float, way: str
) -> Result:
    ratio, low, high = summary(seconds, [work / rate for rate in rates])
    return result(
        peer="products alone",
        ratio=ratio,
        low=low,
        high=high,
        detail="products of one direction over the time of everything" + way,
        ours=round(work / median(seconds), 1),
        peers=round(median(rates), 1),
        unit="GFLOP/s",
    )


def recall(result: partial[Result], found: BothWays, source: Floats, foreign: Floats) -> Result:
    """Of some rows of either side, those whose nearest is that by cosines in float64."""
    rows = np.linspace(0, len(source) - 1, min(2000, len(source))).astype(np.int64)
    units = [unit_length(side) for side in (source, foreign)]
    lean = float(units[0].mean(axis=0) @ units[1].mean(axis=0))
    right = np.concatenate(
        [
            one.row[rows, 0] == nearest_in_float64(queries[rows], base)
            for one, (queries, base) in ((found.forward, units), (found.backward, units[::-1]))
        ]
    )
    return result(
        peer="cosines in float64",
        ratio=float(right.mean()),
        low=float(right.mean()),
        high=float(right.mean()),
        detail=f"top 1, both directions, mean cosine {lean:.2f}",
        ours=int(right.sum()),
        peers=len(right),
        unit="rows",
    )


def nearest_in_float64(queries: Floats, base: Floats) -> NDArray[np.int64]:
    best = np.full(len(queries), -np.inf)
    nearest = np.zeros(len(queries), np.int64)
    for start in range(0, len(base), 5000):
        cosine = queries.astype(np.float64) @ base[start : start + 5000].astype(np.float64).T
        better = cosine.max(axis=1) > best
        nearest[better] = start + cosine.argmax(axis=1)[better]
        best = np.maximum(best, cosine.max(axis=1))
    return nearest


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--sources", type=int, help="search with so many of the source rows alone")
    parser.add_argument("--alone", action="store_true", help="without faiss")
    parser.add_argument("--mapped", action="store_true", help="vectors in files mapped into memory")
    parser.add_argument("--num-pairs", type=int, default=5)
    parser.add_argument("--num-threads", type=int, default=1)
    parser.add_argument("--clock", choices=CLOCKS, default="cpu")
    return parser.parse_args()


def vectors(rows: int, width: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(0)
    foreign = rng.standard_normal((rows, width), dtype=np.float32)
    source = 0.7 * foreign + 0.7 * rng.standard_normal((rows, width), dtype=np.float32)
    return source + np.float32(LEAN), foreign + np.float32(LEAN)


def mapped(table: Floats, name: str) -> Floats:
    """The same vectors, in a file that is gone once nothing has it open."""
    with TemporaryFile(prefix=f"{name}-") as file:
        table.tofile(file)
        return np.memmap(file, np.float32, "r", shape=table.shape)


def measured(
    source: Floats, foreign: Floats, asked: argparse.Namespace
) -> tuple[Runs, BothWays, str]:
    """Runs both in turns, after one of ours on few rows that compiles what is to be compiled."""
    both_ways(source[:2000], foreign[:2000], k=K)
    clock, runs = CLOCKS[asked.clock], Runs()
    with_faiss = find_spec("faiss") is not None and not asked.alone
    if not with_faiss and not asked.alone:
        print("faiss is not installed (pip install 'isthmus[bench]'): only ours is measured")
    for _ in range(asked.num_pairs):
        start = clock()
        found, way = both_ways(source, foreign, k=K)
        runs.ours.append(clock() - start)
        if with_faiss:
            runs.faiss.append(seconds_of_faiss(source, foreign, asked.num_threads, clock))
        for name, rates in runs.rates.items():
            rates.append(rate_of_products(name, asked.width, clock))
        print(f"ours {runs.ours[-1]:.2f} s, faiss {runs.faiss[-1:]}, {way}")
    rows = f"{len(source):,} source and {len(foreign):,} foreign rows"
    seconds = f"{median(runs.ours):,.0f} s, " if asked.alone else ""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    memory = (
        f", at most {most:.1f} GiB in memory, pages of the files included" if asked.mapped else ""
    )
    again = f"{way.num_again:,} rows searched again"
    return runs, found, f"{rows}, {seconds}{way.number} products, {again}{memory}"


def seconds_of_faiss(
    source: Floats, foreign: Floats, num_threads: int, clock: Callable[[], float]
) -> float:
    import faiss

    faiss.omp_set_num_threads(num_threads)
    start = clock()
    sides = source.copy(), foreign.copy()
    for side in sides:
        faiss.normalize_L2(side)
    for queries, base in (sides, sides[::-1]):
        index = faiss.IndexFlatIP(base.shape[1])
        index.add(base)
        index.search(queries, K)
    return clock() - start


def rate_of_products(number: str, width: int, clock: Callable[[], float]) -> float:
    """GFLOP/s of the fastest of some products of a tile."""
    tile = torch.randn(1024, width)
    if number == "int8":
        codes = (20 * tile).round().clamp(-127, 127).to(torch.int8)
        work = lambda: int8_products(codes, codes)  # noqa: E731
    else:
        numbers = tile.bfloat16() if number == "bf16" else tile
        work = lambda: numbers @ numbers.T  # noqa: E731
    work()
    tries = []
    for _ in range(10):
        start = clock()
        work()
        tries.append(clock() - start)
    return 2e-9 * 1024**2 * width / min(tries)


if __name__ == "__main__":
    main()
