"""What claims, few-shot curves and distances add to the answer, a sentence each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL
from isthmus.report.few_shots import worth_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.analysis.similarity import Association
    from isthmus.report.facts import Facts

MAX_RATE = 0.05
_NUM_NAMED = 3
_JUDGEMENTS = ("supported", "contradicted", "undecided")


def further(facts: Facts) -> Iterator[str]:
    """Yields the sentences that there are numbers for."""
    yield from _claims(facts)
    yield from worth_sentences(facts)
    yield from _distances(facts)


def _claims(facts: Facts) -> Iterator[str]:
    counts = Counter[str](verdict.judgement for verdict in facts.analysis.verdicts)
    if counts:
        named = ", ".join(f"{counts[each]} {each}" for each in _JUDGEMENTS if counts[each])
        total = counts.total()
        yield f"Of {total} claim{'s' * (total > 1)} held against these scores: {named}, on this scale."


def _distances(facts: Facts) -> Iterator[str]:
    """The strongest associations of scores, and of gains, that are told apart from none."""
    rows = facts.analysis.associations
    several = any(row.target == OVERALL for row in rows)
    shown = [row for row in rows if not several or row.target == OVERALL]
    for what, words in (("score", "Scores"), ("gain", "Gains")):
        told = [row for row in shown if row.what == what and row.q is not None and row.q < MAX_RATE]
        told.sort(key=lambda row: -abs(row.spearman or 0.0))
        if told:
            named = ", ".join(map(_association, told[:_NUM_NAMED]))
            more = len(told) - _NUM_NAMED
            yield f"{words} go with distance from the source: {named}{f', and {more} more' * (more > 0)}."
        elif any(row.what == what and row.q is not None for row in shown):
            yield f"{words} go with no distance from the source that could be told apart from chance."


def _association(row: Association) -> str:
    whose = f"{row.route}'s with {row.distance.replace('_', ' ')}"
    return (
        f"{whose} ({row.spearman:+.2f} [{row.spearman_low:.2f}, {row.spearman_high:.2f}], "
        f"Spearman's correlation over {row.num_languages} languages)"
    )
