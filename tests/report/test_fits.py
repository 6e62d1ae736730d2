from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from isthmus.report.fits import fit_of

X = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9]
Y = [60.0, 52.0, 55.0, 40.0, 42.0, 30.0]


def test_line_and_band_are_those_of_least_squares():
    fit = fit_of(X, Y)
    model = sm.OLS(Y, sm.add_constant(X)).fit()
    at = np.array([0.1, 0.4, 0.9])
    line = fit.level + fit.slope * (at - fit.centre)
    wide = fit.half * np.sqrt(1 / fit.num_points + (at - fit.centre) ** 2 / fit.spread)
    wanted = model.get_prediction(sm.add_constant(at)).conf_int()
    assert np.column_stack([line - wide, line + wide]) == pytest.approx(wanted)
    assert (fit.first, fit.last) == (0.1, 0.9)


def test_few_points_or_one_place_have_no_line():
    assert fit_of(X[:4], Y[:4]) is None
    assert fit_of([0.5] * 6, Y) is None
