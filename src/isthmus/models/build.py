"""Makes models: encoders of a named size, encoders from checkpoints, and heads for them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

import torch
import transformers
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    PreTrainedModel,
    XLMRobertaConfig,
)

from isthmus.errors import StudyError
from isthmus.models.dropout import quicken
from isthmus.models.model import Model, PassThrough

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor
    from transformers import PretrainedConfig, PreTrainedTokenizerFast

    from isthmus.models.sizes import Size

MAX_POSITIONS = 512
"""Longest input of encoders trained from scratch, in subword tokens."""


def new_model(
    size: Size, tokenizer: PreTrainedTokenizerFast, *, dropout: float, seed: int
) -> Model:
    """Returns an untrained encoder of XLM-R's shape under one head, ``mlm``."""
    if tokenizer.pad_token_id is None or tokenizer.mask_token_id is None:
        raise StudyError("The tokenizer needs a pad and a mask token to pretrain an encoder.")
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=size.width,
        num_hidden_layers=size.num_layers,
        num_attention_heads=size.num_heads,
        intermediate_size=size.feed_forward,
        # XLM-R's 0.02 at base's width; narrower encoders need wider draws to start learning.
        initializer_range=0.02 * (768 / size.width) ** 0.5,
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=dropout,
        # XLM-R counts positions from pad_token_id + 1.
        max_position_embeddings=MAX_POSITIONS + tokenizer.pad_token_id + 1,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    torch.manual_seed(seed)
    return model_of(AutoModelForMaskedLM.from_config(config), head="mlm")


def model_of(full: PreTrainedModel, *, head: str) -> Model:
    """Takes a ``transformers`` model with a head apart into a ``Model`` with that one head."""
    encoder, top = split(full)
    model = Model(encoder, {head: top})
    tie(model, head)
    return model


def split(full: PreTrainedModel) -> tuple[PreTrainedModel, PreTrainedModel]:
    """Returns (encoder, head): the base model without pooler, and the rest over a pass-through.

    Raises:
        StudyError: The architecture keeps no base model to take out.
    """
    prefix = full.base_model_prefix
    encoder = getattr(full, prefix, None)
    if not isinstance(encoder, PreTrainedModel):
        raise StudyError(
            f"{type(full).__name__} has no encoder under {prefix!r} that a head could be taken "
            "off; use an encoder such as XLM-R, BERT, DeBERTa or ModernBERT."
        )
    pooler = getattr(encoder, "pooler", None)
    if isinstance(pooler, nn.Module):
        encoder.pooler = None
    else:
        pooler = None
    setattr(full, prefix, PassThrough(pooler))
    quicken(encoder)
    quicken(full)
    return encoder, full


def add_head(model: Model, name: str, *, auto_model: str, labels: Sequence[str], seed: int) -> None:
    """Adds a freshly initialised head of a ``transformers`` Auto class to a model.

    Only the head is initialised, with the architecture's own rule; the encoder around it is built
    on the meta device, so that a head costs nothing of the encoder's size. A pooler starts from the
    pretrained one, if the model has it.
    """
    head = empty_head(model.encoder.config, auto_model=auto_model, labels=labels)
    torch.manual_seed(seed)
    head.to_empty(device="cpu")
    initialise: Callable[[nn.Module], None] = head._init_weights  # noqa: SLF001  kept nowhere else
    head.apply(initialise)
    pooler = getattr(head, head.base_model_prefix).pooler
    if pooler is not None and model.pooler:
        pooler.load_state_dict(model.pooler)
    model.heads[name] = head
    tie(model, name)


def empty_head(
    encoder_config: PretrainedConfig, *, auto_model: str, labels: Sequence[str]
) -> PreTrainedModel:
    """Returns a head without weights (on the meta device).

    Raises:
        StudyError: ``transformers`` has no such head for the architecture.
    """
    config = copy.deepcopy(encoder_config)
    if labels:
        config.id2label = dict(enumerate(labels))
        config.label2id = {label: index for index, label in enumerate(labels)}
    else:
        # The encoder may come from under a head with labels; span's two outputs are its "labels".
        config.num_labels = 2
    auto_class = getattr(transformers, auto_model)
    try:
        with torch.device("meta"):
            full = auto_class.from_config(config)
    except ValueError as error:
        raise StudyError(
            f"transformers has no {auto_model} for encoders of type {config.model_type!r}; "
            "leave out the tasks of that form, or use another encoder."
        ) from error
    return split(full)[1]


def tie(model: Model, name: str) -> None:
    """Shares the input embeddings with a head's output embeddings, where its config asks for it."""
    head = cast("PreTrainedModel", model.heads[name])
    output = head.get_output_embeddings()
    if output is None or not head.config.tie_word_embeddings:
        return
    output.weight = model.encoder.get_input_embeddings().weight
    for name_tied, name_source in tied_inside(head).items():
        *path, last = name_tied.split(".")
        setattr(head.get_submodule(".".join(path)), last, head.get_parameter(name_source))


def tied_inside(head: PreTrainedModel) -> dict[str, str]:
    """Returns, by name, the weights of a head that are others of its weights (an output bias)."""
    tied = dict(getattr(head, "_tied_weights_keys", None) or {})
    names = set(head.state_dict())
    return {name: source for name, source in tied.items() if {name, source} <= names}


def load_pretrained(name: str, *, revision: str | None = None) -> Model:
    """Loads any Hugging Face encoder, by hub name or folder, with its language modelling head.

    Raises:
        StudyError: It cannot be found or is no encoder with such a head.
    """
    try:
        config = AutoConfig.from_pretrained(name, revision=revision)
        pooler = _pretrained_pooler(name, revision, config)
        full = AutoModelForMaskedLM.from_pretrained(name, revision=revision, config=config)
    except (OSError, ValueError, KeyError) as error:
        at = f" at revision {revision!r}" if revision else ""
        raise StudyError(
            f"No masked language model could be loaded from {name!r}{at}: {error} "
            "Give a hub name such as 'FacebookAI/xlm-roberta-base', or a folder that "
            "save_pretrained wrote."
        ) from error
    model = model_of(full.float(), head="mlm")
    model.pooler = pooler
    return model


def _pretrained_pooler(
    name: str, revision: str | None, config: PretrainedConfig
) -> dict[str, Tensor]:
    """Returns the weights of a pooler, which models with other heads leave behind."""
    with torch.device("meta"):
        bare = AutoModel.from_config(config)
    if not isinstance(getattr(bare, "pooler", None), nn.Module):
        return {}
    bare, loading = AutoModel.from_pretrained(
        name, revision=revision, config=config, output_loading_info=True
    )
    if any(key.startswith("pooler.") for key in loading["missing_keys"]):
        return {}
    return {key: weight.float() for key, weight in bare.pooler.state_dict().items()}


def num_positions(config: PretrainedConfig) -> int:
    """Returns the longest input of an encoder, in subword tokens, special tokens included."""
    positions = int(config.max_position_embeddings)
    # RoBERTa and its kin count positions from pad_token_id + 1.
    offset = config.pad_token_id + 1 if "roberta" in config.model_type else 0
    return positions - offset


def set_dropout(model: Model, dropout: float) -> None:
    """Sets every dropout of encoder and heads, in the modules and in the configurations."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = dropout
    for part in (model.encoder, *model.heads.values()):
        for field in DROPOUT_FIELDS:
            if getattr(part.config, field, None) is not None:
                setattr(part.config, field, dropout)
    for module in model.encoder.modules():
        # Attention reads its rate from an attribute when it calls the shared kernels.
        for field in ("attention_dropout", "dropout_prob"):
            if isinstance(getattr(module, field, None), float):
                setattr(module, field, dropout)


DROPOUT_FIELDS = (
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "classifier_dropout",
    "embedding_dropout",
    "attention_dropout",
    "mlp_dropout",
    "pooler_dropout",
)
