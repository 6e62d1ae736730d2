"""How sure a measured quantity is, from all sources of doubt: seeds, test examples, languages.

A quantity is measured by S seeds on the same N examples, so the two cross: with d_si the
contribution of seed s and example i,

    d_si = mean + a_s + b_i + e_si

and the mean over both has the variance var(a)/S + var(b)/N + var(e)/(SN). The means of the seeds
spread by var(a) + var(e)/N, which is estimated from few seeds: that source follows Student's t
with S - 1 degrees of freedom. What is left, var(b)/N, comes from many examples and has the shape
that the bootstrap over examples gives it, taken in both directions alike.

The sum of such sources has no exact distribution. With sources of standard errors s_j and
quantile functions q_j of unit scale, the doubt is

    quantile(u) = value + sqrt(sum of s_j^2) x (sum of s_j^3 q_j(u)) / (sum of s_j^3)

which is Cochran and Cox's rule with cubes where theirs has squares. Of the rules tried it comes
nearest to 95%, for any number of seeds and any share of each source; resampling the seeds as well,
the plain hierarchical bootstrap, holds far less often. Far out in the tails it says too little,
since few seeds that agree by chance lend it the other source's thin ones. So from 95% on it goes
over to the bounds' root of the sum of squares, which is never too sure, and is there at 99%; false
discovery rates live on those tails. docs/statistics.md has what was measured.

Sources: the crossed model, Obuchowski and Rockette 1995 and Hillis 2007 (readers and cases); the
rules, Cochran and Cox 1950, section 4.14, and Zou and Donner 2008 (bounds recovered); a distribution for a fixed quantity, Xie and Singh 2013;
symmetric bootstrap intervals, Hall 1988; resampling of levels, Davison and Hinkley 1997, section 3.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.95
_FARTHEST = 8.0
"""In normal deviates: probabilities are told apart from 0 down to 1e-15."""


def combined(scales: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The bound of a sum of sources, along the first axis, from the bound that each has alone."""
    cubes = np.sum(scales**3, axis=0)
    # A bound has its scale in it, so that the cubes are squares here.
    weighted = np.sum(scales**2 * bounds, axis=0) / np.where(cubes > 0, cubes, 1.0)
    return np.asarray(np.sqrt(np.sum(scales**2, axis=0)) * weighted)


def careful(
    scales: NDArray[np.float64], bounds: NDArray[np.float64], *, share: float, fewest: int
) -> NDArray[np.float64]:
    """As ``combined``, and not too sure of the tails.

    Args:
        scales, bounds: Of the sources, along the first axis.
        share: Of the distribution that lies below the bounds.
        fewest: Draws of nature that the least known source rests on.
    """
    usual = combined(scales, bounds)
    farther = np.copysign(np.sqrt(np.sum(bounds**2, axis=0)), share - 0.5)
    # With two draws the rule already falls short at 95%.
    begin, end = 1.9 if fewest == 2 else ndtri(0.975), ndtri(0.995)
    care = np.clip((abs(ndtri(share)) - begin) / (end - begin), 0.0, 1.0)
    return np.asarray(np.where(abs(farther) > abs(usual), usual + care * (farther - usual), usual))


class Source(Protocol):
    """One source of doubt; ``scale`` is its standard error."""

    @property
    def num(self) -> int:
        """How many draws it is known from."""

    @property
    def scale(self) -> float:
        """The standard error that it gives the quantity."""

    def quantile(self, share: float) -> float:
        """The quantile of its deviations."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A source known from a few draws of nature, such as seeds: Student's t.

    Attributes:
        num: How many; there is one degree of freedom less.
    """

    scale: float
    num: int

    def quantile(self, share: float) -> float:
        """The quantile of its deviations."""
        return float(self.scale * stdtrit(self.num - 1, share))


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """A source known from deviations drawn by the bootstrap.

    Beyond the farthest draw the tail is that of a normal distribution.
    """

    deviations: NDArray[np.float64]

    @property
    def num(self) -> int:
        """How many there are."""
        return len(self.deviations)

    @cached_property
    def scale(self) -> float:
        """Their root mean square."""
        return float(np.sqrt(np.mean(self.deviations**2)))

    def quantile(self, share: float) -> float:
        """The quantile of the deviations and their opposites."""
        sizes, last = self._sizes, len(self._sizes) / (len(self._sizes) + 1)
        within = 1 - 2 * min(share, 1 - share)
        if within > last:
            size = sizes[-1] * ndtri(min(share, 1 - share)) / ndtri((1 - last) / 2)
        else:
            size = np.interp(within, np.linspace(0, last, len(sizes) + 1)[1:], sizes)
        return float(np.copysign(size, share - 0.5))

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        return np.sort(np.abs(self.deviations))


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """The distribution of a quantity around what was measured. Sources of scale 0 do not count."""

    value: float
    sources: tuple[Source, ...]

    def quantile(self, share: float) -> float:
        """The bound that the quantity lies below with a probability."""
        sources = [source for source in self.sources if source.scale]
        if not sources:
            return self.value
        scales = np.array([source.scale for source in sources])
        bounds = np.array([source.quantile(share) for source in sources])
        fewest = min(source.num for source in sources)
        return float(self.value + careful(scales, bounds, share=share, fewest=fewest))

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """The bounds that leave half of what is missing to ``level`` on each side."""
        tail = (1 - level) / 2
        return self.quantile(tail), self.quantile(1 - tail)

    def below(self, bound: float) -> float:
        """The probability that the quantity lies below a bound."""

        def beyond(deviate: float) -> float:
            return self.quantile(float(ndtr(deviate))) - bound

        if beyond(_FARTHEST) <= 0:
            return float(ndtr(_FARTHEST))
        if beyond(-_FARTHEST) >= 0:
            return float(ndtr(-_FARTHEST))
        return float(ndtr(brentq(beyond, -_FARTHEST, _FARTHEST, xtol=1e-9)))
