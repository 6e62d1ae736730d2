"""What a feature table holds, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isthmus.forms.features import Features

if TYPE_CHECKING:
    import pyarrow as pa
    from transformers import PreTrainedTokenizerFast


def stats(table: pa.Table, tokenizer: PreTrainedTokenizerFast) -> dict[str, int | float]:
    """Returns counts and shares of the rows that ``encode`` returned.

    ``num_rows``, ``num_tokens`` (special tokens included), ``mean_length`` and ``max_length`` (in
    tokens), ``truncated`` (share of rows from which text was cut off) and ``unknown`` (share of the
    tokens, special ones aside, that are the unknown token). Shares of nothing are 0.
    """
    features = Features(table)
    tokens = features.lists["input_ids"].values
    lengths = np.diff(features.lists["input_ids"].offsets)
    num_unknown = int((tokens == _id_or_none(tokenizer.unk_token_id)).sum())
    num_special = int(np.isin(tokens, tokenizer.all_special_ids).sum())
    return {
        "num_rows": len(features),
        "num_tokens": len(tokens),
        "mean_length": _share(len(tokens), len(features)),
        "max_length": int(lengths.max(initial=0)),
        "truncated": _share(int(features.columns["truncated"].sum()), len(features)),
        "unknown": _share(num_unknown, len(tokens) - num_special + num_unknown),
    }


def _id_or_none(token: int | None) -> int:
    return -1 if token is None else token


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
