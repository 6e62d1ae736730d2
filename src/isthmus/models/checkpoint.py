"""Checkpoints on disk: one ordinary Hugging Face folder a head, the encoder stored once.

    checkpoint/
      squad_v1/   config.json, tokenizer, README.md,
                  model-00001-of-00002.safetensors   the encoder, a hard link in every folder
                  model-00002-of-00002.safetensors   this head
                  model.safetensors.index.json
                  pooler.safetensors                 of a pretrained encoder, for heads to come
      mnli/       ...

Each folder opens with ``transformers``' Auto classes and ``pipeline``.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import torch
import transformers
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import AutoConfig

from isthmus.errors import StoreError
from isthmus.models.build import empty_head, model_of, tie, tied_inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from isthmus.models.model import Model

ENCODER_SHARD = "model-00001-of-00002.safetensors"
HEAD_SHARD = "model-00002-of-00002.safetensors"
INDEX = "model.safetensors.index.json"
HEAD_FILE = "isthmus.json"
POOLER = "pooler.safetensors"


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadInfo:
    """What a head was trained to do, as its folder's ``isthmus.json`` says.

    Attributes:
        form: Name of its form. auto_model: The Auto class that opens it.
        labels: In head order; () for forms without.
        max_length: In subword tokens, special tokens included.
    """

    name: str
    form: str
    auto_model: str
    labels: tuple[str, ...] = ()
    max_length: int = 256
    unanswerable: bool = False


def save_checkpoint(
    folder: Path,
    model: Model,
    heads: Mapping[str, HeadInfo],
    tokenizer: PreTrainedTokenizerFast,
    *,
    card: str,
) -> None:
    """Writes one folder a head below ``folder``, replacing what is there.

    Args:
        card: The model card, Markdown with YAML front matter; ``{head}`` and ``{auto_model}`` in it
            are filled in for each head.
    """
    shutil.rmtree(folder, ignore_errors=True)
    prefix = model.encoder.base_model_prefix
    encoder_state = {
        f"{prefix}.{name}": tensor for name, tensor in _unshared(model.encoder, seen=set()).items()
    }
    encoder_pointers = {tensor.data_ptr() for tensor in encoder_state.values()}
    first_shard: Path | None = None
    for name, info in heads.items():
        place = folder / name
        place.mkdir(parents=True)
        shard = place / ENCODER_SHARD
        if first_shard is None:
            save_file(_contiguous(encoder_state), shard, metadata={"format": "pt"})
            first_shard = shard
        else:
            _link(first_shard, shard)
        if model.pooler:
            save_file(_contiguous(model.pooler), place / POOLER)
        head = model.heads[name]
        head_state = _unshared(head, seen=encoder_pointers)
        save_file(_contiguous(head_state), place / HEAD_SHARD, metadata={"format": "pt"})
        _write_index(place, encoder_state, head_state)
        _save_config(head, place)
        tokenizer.save_pretrained(place)
        _write_json(place / HEAD_FILE, asdict(info))
        text = card.replace("{head}", name).replace("{auto_model}", info.auto_model)
        (place / "README.md").write_text(text, encoding="utf-8")


def load_checkpoint(folder: Path, *, heads: tuple[str, ...] | None = None) -> Model:
    """Loads the encoder below ``folder`` and the named heads (all of them by default).

    Raises:
        StoreError: A head or a file is missing or damaged.
    """
    infos = head_infos(folder)
    names = tuple(infos) if heads is None else heads
    missing = [name for name in names if name not in infos]
    if missing or not infos:
        raise StoreError(
            f"{folder} has no head {', '.join(missing) or 'at all'}; it has: "
            f"{', '.join(infos) or 'none'}. Delete the step's folder and run again."
        )
    first = names[0] if names else next(iter(infos))
    auto_class = getattr(transformers, infos[first].auto_model)
    try:
        full = auto_class.from_pretrained(folder / first, dtype=torch.float32)
        model = model_of(full, head=first)
        for name in names[1:]:
            model.heads[name] = _load_head(folder / name, infos[name])
            tie(model, name)
        if (folder / first / POOLER).exists():
            model.pooler = load_file(folder / first / POOLER)
    except (SafetensorError, OSError) as error:
        raise StoreError(
            f"The checkpoint {folder} is damaged (heads {', '.join(names) or first}: {error}). "
            "Delete the step's folder and run again."
        ) from error
    if not names:
        del model.heads[first]
    return model


def head_infos(folder: Path) -> dict[str, HeadInfo]:
    """Returns what each head of a checkpoint is for, by name, in alphabetical order."""
    paths = sorted(folder.glob(f"*/{HEAD_FILE}"))
    return {path.parent.name: head_info(path.parent) for path in paths}


def head_info(place: Path) -> HeadInfo:
    """Returns what the head in a folder is for."""
    fields = json.loads((place / HEAD_FILE).read_text(encoding="utf-8"))
    return HeadInfo(**{**fields, "labels": tuple(fields["labels"])})


def tokenizer_folder(folder: Path) -> Path:
    """Returns a folder of a checkpoint that holds its tokenizer: any head's, they are all equal."""
    return folder / next(iter(head_infos(folder)))


def _load_head(place: Path, info: HeadInfo) -> PreTrainedModel:
    config = AutoConfig.from_pretrained(place)
    head = empty_head(config, auto_model=info.auto_model, labels=info.labels)
    head.to_empty(device="cpu")
    loaded = head.load_state_dict(load_file(place / HEAD_SHARD), strict=False, assign=True)
    output = head.get_output_embeddings()
    shared = {*tied_inside(head)}
    if output is not None and head.config.tie_word_embeddings:
        shared |= {n for n, weight in head.named_parameters() if weight is output.weight}
    lacking = [name for name in loaded.missing_keys if name not in shared]
    if lacking:
        raise StoreError(
            f"{place / HEAD_SHARD} lacks {', '.join(lacking)}. Delete the step's folder and run "
            "again."
        )
    return head


def _unshared(module: torch.nn.Module, *, seen: set[int]) -> dict[str, Tensor]:
    """Returns the state without tensors that share memory with ``seen`` or with each other."""
    seen, state = set(seen), {}
    for name, tensor in module.state_dict().items():
        if tensor.data_ptr() not in seen or tensor.numel() == 0:
            state[name] = tensor
            seen.add(tensor.data_ptr())
    return state


def _contiguous(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.detach().to("cpu").contiguous() for name, tensor in state.items()}


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _write_index(place: Path, encoder: Mapping[str, Tensor], head: Mapping[str, Tensor]) -> None:
    sizes = [
        tensor.numel() * tensor.element_size() for tensor in (*encoder.values(), *head.values())
    ]
    weight_map = dict.fromkeys(encoder, ENCODER_SHARD) | dict.fromkeys(head, HEAD_SHARD)
    _write_json(place / INDEX, {"metadata": {"total_size": sum(sizes)}, "weight_map": weight_map})


def _save_config(head: PreTrainedModel, place: Path) -> None:
    config = head.config
    config.architectures = [type(head).__name__]
    config.dtype = "float32"
    config.save_pretrained(place)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
