"""The doubt of a mean over draws of examples and seeds, each of which meets each of the other.

All seeds train on the same drawn examples, so with a the effect of a draw and b that of a seed

    y[d, s] = mean + a[d] + b[s] + e[d, s]      variance of the mean: var(a)/D + var(b)/S + var(e)/(DS)

The means of the seeds spread by var(b) + var(e)/D; what draws spread beyond that is var(a). The two
are combined by the rule of ``isthmus.analysis.doubt``. Treating all D x S scores as independent
would claim to know far more than D draws and S seeds can say.

Source: expected mean squares of the two-way random model, Searle et al. 1992, section 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isthmus.analysis.doubt import Doubt, Spread

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """A mean score, how sure it is, and what it was taken over."""

    doubt: Doubt
    num_draws: int
    num_seeds: int

    @property
    def value(self) -> float:
        """The mean."""
        return self.doubt.value


def crossed(values_DS: NDArray[np.float64]) -> Crossed:
    """The mean of some scores.

    Args:
        values_DS: A row a draw, a column a seed; none missing. What there is one of (a seed alone,
            zero-shot scores, which have no draws) is no source of doubt.
    """
    num_draws, num_seeds = values_DS.shape
    rest = _rest(values_DS)
    sources = []
    if num_draws > 1:
        between = num_seeds * float(values_DS.mean(axis=1).var(ddof=1))
        scale = float(np.sqrt(max(between - rest, 0.0) / values_DS.size))
        sources.append(Spread(scale=scale, num=num_draws))
    if num_seeds > 1:
        between = num_draws * float(values_DS.mean(axis=0).var(ddof=1))
        sources.append(Spread(scale=float(np.sqrt(between / values_DS.size)), num=num_seeds))
    doubt = Doubt(value=float(values_DS.mean()), sources=tuple(sources))
    return Crossed(doubt=doubt, num_draws=num_draws, num_seeds=num_seeds)


def whole(values_DS: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest part without missing (NaN) scores: whole draws, or whole seeds; maybe empty."""
    there = np.isfinite(values_DS)
    begun = values_DS[:, there.any(axis=0)]
    by_draw = begun[np.isfinite(begun).all(axis=1)]
    by_seed = values_DS[:, there.all(axis=0)]
    return by_draw if by_draw.size >= by_seed.size else by_seed


def _rest(values_DS: NDArray[np.float64]) -> float:
    """The mean square of what neither draw nor seed explains; 0 where there is one of either."""
    free = (values_DS.shape[0] - 1) * (values_DS.shape[1] - 1)
    of_draws = values_DS.mean(axis=1, keepdims=True)
    of_seeds = values_DS.mean(axis=0, keepdims=True)
    residual_DS = values_DS - of_draws - of_seeds + values_DS.mean()
    return float(np.sum(residual_DS**2)) / free if free else 0.0
