"""A linear mixed model of scores or gains: a distance, with task and language as random effects.

Every language stands in many tasks and every task in many languages, so neither scores of one
language nor those of one task are independent; the model gives each its own level. The distance is
a property of the language, so its slope is tested with as many degrees of freedom as languages
leave, not as scores do.

Sources: crossed random effects, Baayen, Davidson and Bates 2008; degrees of freedom by containment,
Schluchter and Elashoff 1990; the fit by restricted likelihood is ``statsmodels``' MixedLM.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr, stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MIN_LANGUAGES = 5
_METHODS = ("lbfgs", "powell")


@dataclass(frozen=True, kw_only=True, slots=True)
class Slope:
    """How an outcome changes with a distance.

    Attributes:
        value: In points for one standard deviation of the distance over the languages.
        low, high: 95% interval. p: Two-sided. All None where the fit did not succeed.
        task_spread, language_spread, rest_spread: Standard deviations of the random effects.
        num_observations, num_languages, num_tasks: That it rests on.
        note: Why there is no fit, or what is odd about it; "" if nothing.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    task_spread: float | None = None
    language_spread: float | None = None
    rest_spread: float | None = None
    num_observations: int
    num_languages: int
    num_tasks: int
    note: str = ""


def slope_of(
    outcome: NDArray[np.float64],
    distance: NDArray[np.float64],
    tasks: Sequence[str],
    languages: Sequence[str],
) -> Slope:
    """Fits the model to observations: an outcome, a distance, a task and a language each."""
    counts = {
        "num_observations": len(outcome),
        "num_languages": len(set(languages)),
        "num_tasks": len(set(tasks)),
    }
    if counts["num_languages"] < MIN_LANGUAGES or counts["num_tasks"] < 2:
        return Slope(**counts, note=f"No fit: {MIN_LANGUAGES} languages and 2 tasks are needed.")
    if not np.ptp(distance) or not np.ptp(outcome):
        what = "outcome" if np.ptp(distance) else "distance"
        return Slope(**counts, note=f"No fit: the {what} is the same everywhere.")
    fit, note = _fit(outcome, _standardised(distance, languages), tasks, languages)
    if fit is None:
        return Slope(**counts, note=note)
    value, error = float(fit.fe_params[1]), float(fit.bse_fe[1])
    freedom = counts["num_languages"] - 2
    half = float(stdtrit(freedom, 0.975)) * error
    spreads = dict(zip(fit.model.exog_vc.names, np.sqrt(fit.vcomp), strict=True))
    return Slope(
        **counts,
        value=value,
        low=value - half,
        high=value + half,
        p=float(2 * stdtr(freedom, -abs(value) / error)),
        task_spread=float(spreads["task"]),
        language_spread=float(spreads["language"]) if "language" in spreads else None,
        rest_spread=float(np.sqrt(fit.scale)),
        note=note,
    )


def _standardised(distance: NDArray[np.float64], languages: Sequence[str]) -> NDArray[np.float64]:
    by_language = np.array(list(dict(zip(languages, distance, strict=True)).values()))
    return np.asarray((distance - by_language.mean()) / by_language.std(ddof=1))


def _fit(
    outcome: NDArray[np.float64],
    distance: NDArray[np.float64],
    tasks: Sequence[str],
    languages: Sequence[str],
) -> tuple[Any, str]:
    """The first fit that converges, or None and why."""
    # It takes seconds to import, and only this needs it.
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec  # noqa: PLC0415

    levels = {"task": tasks}
    if len(set(languages)) < len(languages):  # else a language's level is the rest of its one score
        levels["language"] = languages
    indicators = {name: _indicators(values) for name, values in levels.items()}
    spec = VCSpec(
        list(indicators),
        [[names] for names, _ in indicators.values()],
        [[matrix] for _, matrix in indicators.values()],
    )
    design = np.column_stack([np.ones(len(outcome)), distance])
    model = MixedLM(outcome, design, groups=np.zeros(len(outcome)), exog_vc=spec)
    said: list[str] = []
    for method in _METHODS:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                fit = model.fit(reml=True, method=method)
                is_sound = fit.converged and np.isfinite(fit.bse_fe).all()
            except (np.linalg.LinAlgError, ValueError) as error:
                said.append(str(error))
                continue
        if is_sound:
            edge = [
                name for name, spread in zip(indicators, fit.vcomp, strict=True) if spread < 1e-8
            ]
            return fit, f"The {' and '.join(edge)} effect is estimated as 0." if edge else ""
        said += [str(warning.message) for warning in caught]
    reason = said[-1].splitlines()[0].rstrip(".") if said else "no method converged"
    return None, f"No fit: {reason}."


def _indicators(values: Sequence[str]) -> tuple[list[str], NDArray[np.float64]]:
    """The distinct values, and a column of 0 and 1 for each."""
    names = list(dict.fromkeys(values))
    matrix = np.array([[float(value == name) for name in names] for value in values])
    return names, matrix
