"""Puts gold examples and predictions side by side, one to one, or says why that cannot be."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.examples import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from isthmus.examples import Example, Prediction

_NUM_SHOWN = 5


def align(
    gold: Sequence[Example], predictions: Mapping[str, Prediction]
) -> list[tuple[Example, Prediction]]:
    """Pairs every gold example with its prediction, in the order of the gold.

    Of the lines of a bitext only those of side ``source`` ask for a prediction.

    Raises:
        DataError: there is no gold, a uid of it stands twice, or a prediction is missing, extra
            or filed under another uid than its own.
    """
    asked = [e for e in gold if not (isinstance(e, Line) and e.side == "foreign")]
    if not asked:
        msg = "there are no examples to score: check the split, the language and the data files"
        raise DataError(msg)
    repeated = [uid for uid, count in Counter(e.uid for e in asked).items() if count > 1]
    if repeated:
        msg = f"{_name(repeated)} stand more than once in the gold: give each example its own uid"
        raise DataError(msg)
    missing = [e.uid for e in asked if e.uid not in predictions]
    if missing:
        msg = f"no prediction for {_name(missing)} of {len(asked)}: predict every example once"
        raise DataError(msg)
    if len(predictions) > len(asked):
        known = {e.uid for e in asked}
        extra = [uid for uid in predictions if uid not in known]
        msg = f"predictions for {_name(extra)} not in the gold: score the file they were made for"
        raise DataError(msg)
    misfiled = [uid for uid, p in predictions.items() if p.uid != uid]
    if misfiled:
        msg = f"predictions under {_name(misfiled)} have another uid: key them by their own"
        raise DataError(msg)
    return [(e, predictions[e.uid]) for e in asked]


def _name(uids: Iterable[str]) -> str:
    """The first few uids and how many more, such as ``2 uids ('a', 'b')``."""
    uids = list(uids)
    shown = ", ".join(repr(uid) for uid in uids[:_NUM_SHOWN])
    more = ", ..." if len(uids) > _NUM_SHOWN else ""
    return f"{len(uids)} uid{'s' if len(uids) > 1 else ''} ({shown}{more})"
