"""Label sets that several tasks share, in head order.

Two tasks with the same labels in the same order may share a head, so a set is written once.
"""

from __future__ import annotations

NLI_LABELS = ("entailment", "neutral", "contradiction")

NER_LABELS = ("B-LOC", "B-ORG", "B-PER", "I-LOC", "I-ORG", "I-PER", "O")

UPOS_LABELS = (
    "ADJ",
    "ADP",
    "ADV",
    "AUX",
    "CCONJ",
    "DET",
    "INTJ",
    "NOUN",
    "NUM",
    "PART",
    "PRON",
    "PROPN",
    "PUNCT",
    "SCONJ",
    "SYM",
    "VERB",
    "X",
)
