"""Encoders of a few thousand weights, in the architecture of well-known ones, with heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from transformers import (
    AutoModelForMaskedLM,
    BertConfig,
    DebertaV2Config,
    ModernBertConfig,
    XLMRobertaConfig,
)

from isthmus.forms.catalogue import FORMS
from isthmus.models.build import add_head, model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from transformers import PretrainedConfig, PreTrainedTokenizerFast

    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName
    from isthmus.testing.tokenizers import Family

MAX_POSITIONS = 128
"""Longest input of the tiny encoders, in subword tokens."""


def tiny_config(family: Family, tokenizer: PreTrainedTokenizerFast) -> PretrainedConfig:
    """Returns the configuration of an encoder with 2 layers of width 32, without dropout."""
    shape = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "pad_token_id": tokenizer.pad_token_id,
    }
    still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    match family:
        case "xlm-roberta":
            # Positions are counted from pad_token_id + 1.
            positions = MAX_POSITIONS + tokenizer.pad_token_id + 1
            return XLMRobertaConfig(
                **shape, **still, max_position_embeddings=positions, type_vocab_size=1
            )
        case "bert":
            return BertConfig(**shape, **still, max_position_embeddings=MAX_POSITIONS)
        case "deberta-v2":
            return DebertaV2Config(
                **shape,
                **still,
                max_position_embeddings=MAX_POSITIONS,
                position_biased_input=False,
                relative_attention=True,
                pos_att_type=["p2c", "c2p"],
                position_buckets=16,
                norm_rel_ebd="layer_norm",
                share_att_key=True,
                type_vocab_size=0,
                pooler_dropout=0.0,
            )
        case "modernbert":
            return ModernBertConfig(
                **shape,
                max_position_embeddings=MAX_POSITIONS,
                local_attention=16,
                cls_token_id=tokenizer.cls_token_id,
                sep_token_id=tokenizer.sep_token_id,
                bos_token_id=tokenizer.cls_token_id,
                eos_token_id=tokenizer.sep_token_id,
                reference_compile=False,
            )
    raise ValueError(f"no tiny encoder of family {family!r}")


def tiny_model(
    heads: Mapping[FormName, tuple[str, ...]],
    tokenizer: PreTrainedTokenizerFast,
    *,
    family: Family = "xlm-roberta",
    seed: int = 0,
) -> Model:
    """Returns an untrained model in evaluation mode, with a head a form, named like the form.

    Args:
        heads: Labels of each form's head, () for forms without. ``mlm`` is always there.
        tokenizer: Whose ids it embeds. family: Its architecture.
        seed: Draws the weights.
    """
    torch.manual_seed(seed)
    config = tiny_config(family, tokenizer)
    model = model_of(
        AutoModelForMaskedLM.from_config(config, attn_implementation="eager"), head="mlm"
    )
    for form, labels in heads.items():
        if form not in ("mlm", "retrieve"):
            add_head(model, form, auto_model=FORMS[form].auto_model, labels=labels, seed=seed)
    model.eval()
    return model
