"""How large the encoder of each step is, as far as a plan can tell without loading one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from isthmus.models.sizes import SIZES, Size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.study.step import Plan, Step

LARGE_VOCAB = 250_002
"""XLM-R's; assumed of encoders of which nothing but the name is known."""

MAX_POSITIONS = 514


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """The size of a Transformer encoder with tied embeddings."""

    num_layers: int
    width: int
    feed_forward: int
    vocab_size: int

    @property
    def num_layer_weights(self) -> int:
        """Weights of the layers' matrices: what a token is multiplied with."""
        return self.num_layers * (4 * self.width**2 + 2 * self.width * self.feed_forward)

    @property
    def num_parameters(self) -> int:
        """All weights, embeddings included, biases and normalisation left out."""
        return self.num_layer_weights + (self.vocab_size + MAX_POSITIONS) * self.width

    @property
    def forward_flops(self) -> float:
        """Floating-point operations per token of a forward pass, attention's products left out."""
        return 2.0 * self.num_layer_weights

    @property
    def weight_bytes(self) -> int:
        """Bytes of the weights in fp32."""
        return 4 * self.num_parameters

    @classmethod
    def of_size(cls, size: Size, vocab_size: int) -> Shape:
        """Returns the shape of a named size with a vocabulary."""
        return cls(
            num_layers=size.num_layers,
            width=size.width,
            feed_forward=size.feed_forward,
            vocab_size=vocab_size,
        )

    @classmethod
    def of_result(cls, result: Mapping[str, Any]) -> Shape | None:
        """Returns the shape that a finished training step recorded, if it did."""
        width, num_layers = result.get("width"), result.get("num_layers")
        if not width or not num_layers:
            return None
        layers = num_layers * 12 * width**2
        rest = max(0, int(result.get("num_parameters", 0)) - layers)
        return cls(
            num_layers=num_layers,
            width=width,
            feed_forward=4 * width,
            vocab_size=max(0, rest // width - MAX_POSITIONS),
        )


def shapes(plan: Plan, results: Mapping[str, Mapping[str, object]]) -> dict[str, Shape]:
    """Returns the encoder's shape for every step that has one, by key.

    Args:
        results: Results of finished steps, by key, which know better than names do.
    """
    found: dict[str, Shape] = {}
    vocab_sizes: dict[str, int] = {}
    for step in plan.steps:
        if step.verb == "tokenizer":
            trained = results.get(step.key, {}).get("vocab_size", step.settings["vocab_size"])
            vocab_sizes[step.key] = cast("int", trained)
        elif step.verb == "load":
            found[step.key] = Shape.of_result(results.get(step.key, {})) or _loaded(step)
        elif "architecture" in step.settings:
            size = Size(**cast("dict[str, int]", step.settings["architecture"]))
            found[step.key] = Shape.of_size(size, vocab_sizes[step.inputs["tokenizer"]])
        else:
            before = step.inputs.get("init", step.inputs.get("checkpoint", ""))
            if before in found:
                found[step.key] = found[before]
    return found


def _loaded(step: Step) -> Shape:
    """Returns the shape in a folder's ``config.json``, or the one that a name suggests."""
    folder = step.locations.get("folder")
    if folder is not None:
        shape = _of_config(Path(folder) / "config.json")
        if shape is not None:
            return shape
    name = cast("str", step.settings["name"]).lower()
    named = next((size for size in ("large", "small", "tiny") if size in name), "base")
    return Shape.of_size(SIZES[named], LARGE_VOCAB)


def _of_config(path: Path) -> Shape | None:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        return Shape(
            num_layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            feed_forward=config["intermediate_size"],
            vocab_size=config["vocab_size"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
