"""How fast this machine computes: measured in a moment, and without torch."""

from __future__ import annotations

import math
import time
from functools import cache
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

_BF16_SPEEDUPS = {"amx_bf16": 9.0, "avx512_bf16": 2.2}
"""Of large products by a processor's units: how many times the rate of fp32, the fastest first."""

_CPUINFO = Path("/proc/cpuinfo")


@cache
def bf16_speedup() -> float:
    """Returns how many times as fast as fp32's products of bf16 are, by what units there are.

    1 where there are none, and where the system does not say.
    """
    try:
        lines = _CPUINFO.read_text().splitlines()
    except OSError:
        return 1.0
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return next((times for unit, times in _BF16_SPEEDUPS.items() if unit in flags), 1.0)


def measure_flops_per_second(*, width: int = 512, seconds: float = 0.2) -> float:
    """Returns the speed of fp32 matrix products of a width on one core, the best of many.

    The clock is the thread's own processor time, so what else runs on the machine counts only as
    far as it shares a core's units and caches.
    """
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((width, width), dtype=np.float32) for _ in range(2))
    best, end = math.inf, time.thread_time() + seconds
    with threadpool_limits(limits=1):
        while time.thread_time() < end or best == math.inf:
            begin = time.thread_time()
            left @ right
            best = min(best, max(time.thread_time() - begin, 1e-9))
    return 2 * width**3 / best
