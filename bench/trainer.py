"""Times Isthmus against the Hugging Face Trainer, interleaved, on the same random data and weights.

    python bench/trainer.py                      the names of the rows
    python bench/trainer.py "pairs, pocket"      one row; its result is kept
    python bench/trainer.py --all

The Trainer has its best settings: the row's precision, batches as grouping 50 of them by length
makes them, widths of multiples of 8, a fused AdamW, the faster of SDPA and, on a graphics card where
it is installed, FlashAttention, and no logging, saving or evaluation; for prediction, weights in the
row's precision, and random batches: grouped by length, its predictions would come in another order.
Isthmus trains on the same examples in random batches, as it always does.

A share of the peak is that of the products that real tokens need, over all the seconds of a run, in
the rate of large matrix products alone, measured beside each pair of runs.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import warnings
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
import transformers
from goals import GOALS, OF_PEAK
from peak import CLOCKS, finished, operations, peak
from random_data import batched_lengths, make_table
from sides import BATCH_SIZE, Row, our_side, peers_side
from speed import Result, keep, summary
from transformers.utils import is_flash_attn_2_available

from isthmus.forms.features import Features
from isthmus.models.sizes import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

XLMR_IDS = 250_002

ROWS = {
    "pairs, tiny, fp32": Row(
        form="classify", size="tiny", lengths="pairs", num_batches=32, vocab_size=3000,
        precision="fp32", dropout=0.0,
    ),
    "spans, tiny, fp32": Row(
        form="span", size="tiny", lengths="windows", num_batches=8, vocab_size=3000,
        precision="fp32", dropout=0.0,
    ),
    "language modelling, tiny, fp32": Row(
        form="mlm", size="tiny", lengths="packed", num_batches=12, vocab_size=3000,
        precision="fp32", dropout=0.0,
    ),
    "pairs, pocket": Row(form="classify", size="pocket", lengths="pairs", num_batches=10),
    "tags, pocket": Row(form="tag", size="pocket", lengths="pairs", num_batches=10),
    "pairs, small": Row(form="classify", size="small", lengths="pairs", num_batches=6),
    "tags, small": Row(form="tag", size="small", lengths="pairs", num_batches=6),
    "pairs, XLM-R base": Row(
        form="classify", size="base", lengths="pairs", num_batches=6, vocab_size=XLMR_IDS
    ),
    "spans in windows of 384, pocket": Row(
        form="span", size="pocket", lengths="windows", num_batches=4
    ),
    "language modelling, pocket": Row(
        form="mlm", size="pocket", lengths="packed", num_batches=4
    ),
    "predicting pairs, pocket": Row(
        form="classify", size="pocket", lengths="pairs", num_batches=10, predicts=True
    ),
    "predicting pairs, base": Row(
        form="classify", size="base", lengths="pairs", num_batches=2, vocab_size=XLMR_IDS,
        predicts=True,
    ),
    "pairs, XLM-R Large": Row(
        form="classify", size="large", lengths="pairs", num_batches=50, vocab_size=XLMR_IDS,
        device="cuda",
    ),
    "spans in windows of 384, XLM-R Large": Row(
        form="span", size="large", lengths="windows", num_batches=25, vocab_size=XLMR_IDS,
        device="cuda",
    ),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], metavar="ROW")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--num-pairs", type=int, default=5)
    parser.add_argument("--num-threads", type=int, default=1)
    parser.add_argument("--clock", choices=CLOCKS, help="default: cpu, of a graphics card wall")
    asked = parser.parse_args()
    torch.set_num_threads(asked.num_threads)
    warnings.filterwarnings("ignore")
    transformers.utils.logging.set_verbosity_error()
    names = list(ROWS) if asked.all else asked.rows
    if not names:
        print("\n".join(ROWS))
    for name in names:
        row = ROWS[name]
        if row.device == "cuda" and not torch.cuda.is_available():
            print(f"{name}: no CUDA device")
            continue
        clock = asked.clock or ("cpu" if row.device == "cpu" else "wall")
        for result in measure(name, row, asked.num_pairs, clock):
            keep(result)


def measure(name: str, row: Row, num_pairs: int, clock_name: str) -> list[Result]:
    """Runs all sides in turn, after a short run of each that is not counted.

    Returns:
        The result against the Trainer, with its faster attention, and where it has a goal that
        against the machine.
    """
    clock = finished(CLOCKS[clock_name], row.device)
    rng = np.random.default_rng(0)
    lengths = batched_lengths(
        row.lengths, row.num_batches, BATCH_SIZE, rng, grouped=not row.predicts
    )
    features = Features(make_table(row.form, lengths, row.vocab_size, seed=1))
    builders = {"ours": partial(our_side, row, features)}
    builders |= {name: partial(peers_side, row, features, name) for name in _attentions(row)}
    load = os.getloadavg()[0]
    runs, memory = {}, {}
    for side, build in builders.items():
        runs[side], memory[side] = _warmed(build, row.device)
    seconds: dict[str, list[float]] = {side: [] for side in runs}
    peaks: list[float] = []
    for _ in range(num_pairs):
        for side, run in runs.items():
            start = clock()
            run()
            seconds[side].append(clock() - start)
        peaks.append(peak(row.precision, row.device, clock))
        print(f"{name}: {', '.join(f'{side} {took[-1]:.2f} s' for side, took in seconds.items())}")
    ours = seconds.pop("ours")
    attention = min(seconds, key=lambda side: statistics.median(seconds[side]))
    result = partial(
        Result,
        clock=clock_name,
        threads=torch.get_num_threads(),
        load=(round(load, 1), round(os.getloadavg()[0], 1)),
        command=shlex.join(["python", "bench/trainer.py", name]),
        device=row.device,
        num_pairs=num_pairs,
    )
    detail = _detail(row, lengths)
    if memory["ours"]:
        gib = {side: f"{used / 2**30:.1f} GiB" for side, used in memory.items()}
        detail += f"; memory of ours {gib['ours']}, of the Trainer {gib[attention]}"
    results = [
        _against_trainer(
            partial(result, row=name, detail=detail), row, attention, lengths, ours,
            seconds[attention],
        )
    ]  # fmt: skip
    if name + OF_PEAK in GOALS:
        results.append(
            _against_machine(partial(result, row=name + OF_PEAK), row, lengths, ours, peaks)
        )
    return results


def _against_trainer(
    result: partial[Result],
    row: Row,
    attention: str,
    lengths: NDArray[np.int64],
    ours: list[float],
    peers: list[float],
) -> Result:
    ratio, low, high = summary(ours, peers)
    on_gpu = row.device == "cuda"
    count = len(lengths) if on_gpu else int(lengths.sum())
    settings = [row.precision] + ([] if row.predicts else ["grouped by length"])
    return result(
        peer=f"Trainer, {', '.join(settings + ([attention] if on_gpu else []))}",
        ratio=ratio,
        low=low,
        high=high,
        ours=round(count / statistics.median(ours)),
        peers=round(count / statistics.median(peers)),
        unit="examples/s" if on_gpu else "tokens/s",
    )


def _against_machine(
    result: partial[Result],
    row: Row,
    lengths: NDArray[np.int64],
    ours: list[float],
    peaks: list[float],
) -> Result:
    needed = operations(
        row.size, lengths, first_token_only=row.form == "classify", trains=not row.predicts
    )
    ratio, low, high = summary(ours, [needed / rate for rate in peaks])
    return result(
        peer="large matrix products",
        ratio=ratio,
        low=low,
        high=high,
        detail="products that real tokens need, over all the seconds of a run",
        ours=round(1e-9 * needed / statistics.median(ours)),
        peers=round(1e-9 * statistics.median(peaks)),
        unit="GFLOP/s",
    )


def _attentions(row: Row) -> list[str]:
    flash = row.device == "cuda" and is_flash_attn_2_available()
    return ["sdpa", "flash_attention_2"] if flash else ["sdpa"]


def _warmed(build: Callable[[], Callable[[], None]], device: str) -> tuple[Callable[[], None], int]:
    """Makes a side and runs it once; returns it and, on a graphics card, its most bytes, else 0."""
    on_gpu = device == "cuda"
    before = torch.cuda.memory_allocated() if on_gpu else 0
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    run = build()
    run()
    return run, torch.cuda.max_memory_allocated() - before if on_gpu else 0


def _detail(row: Row, lengths: NDArray[np.int64]) -> str:
    size = SIZES[row.size]
    return (
        f"{size.num_layers} layers of width {size.width}, {row.vocab_size:,} subwords, dropout "
        f"{row.dropout}, {row.num_batches} batches of {BATCH_SIZE}, lengths of {row.lengths} (median "
        f"{int(np.median(lengths))}); the Trainer's batches are {_padding(lengths):.0%} padding"
    )


def _padding(lengths: NDArray[np.int64]) -> float:
    """Returns the share of padding, widths rounded up as the Trainer's are."""
    batches = lengths.reshape(-1, BATCH_SIZE)
    widths = -(-batches.max(1) // 8) * 8
    return float(1 - lengths.sum() / (widths * BATCH_SIZE).sum())


if __name__ == "__main__":
    main()
