"""Overrides of a settings dataclass: some of its fields, by name, checked as the whole would be."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, create_model
from pydantic_core import CoreSchema, core_schema

from isthmus.study.frozen import Frozen
from isthmus.training.settings import Mixture, TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from annotated_types import BaseMetadata
    from pydantic import GetCoreSchemaHandler

Values: TypeAlias = Frozen[str, Any]


def model_of(
    settings: type, *, without: Sequence[str] = (), ranges: Mapping[str, Sequence[BaseMetadata]]
) -> type[BaseModel]:
    """Returns a strict model with the fields, types and defaults of a settings dataclass."""
    hints = get_type_hints(settings)
    declared: dict[str, Any] = {}
    for each in fields(settings):
        if each.name in without:
            continue
        default = ... if each.default is MISSING else each.default
        kind = hints[each.name]
        for limit in ranges.get(each.name, ()):
            kind = Annotated[kind, limit]
        declared[each.name] = (kind, default)
    config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    return create_model(settings.__name__, __config__=config, **declared)


@dataclass(frozen=True)
class Overrides:
    """Annotates a frozen mapping that holds some fields of ``model``, each valid for it."""

    model: type[BaseModel]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validates as the model would, and keeps the fields that were given."""
        return core_schema.no_info_wrap_validator_function(
            _given,
            handler.generate_schema(self.model),
            serialization=core_schema.plain_serializer_function_ser_schema(dict),
        )


def _given(value: Any, handler: Callable[[Any], BaseModel]) -> Values:
    checked = handler(dict(value) if isinstance(value, Frozen) else value)
    return Frozen(checked.model_dump(exclude_unset=True))


TRAINING_MODEL = model_of(
    TrainingSettings,
    without=("selection",),  # said once, by the study's ``selection``
    ranges={
        "num_epochs": (Gt(0),),
        "max_steps": (Ge(1),),
        "batch_size": (Ge(1),),
        "max_length": (Ge(16),),
        "num_train": (Ge(1),),
        "peak_lr": (Gt(0),),
        "warmup_fraction": (Ge(0), Le(1)),
        "weight_decay": (Ge(0),),
        "adam_eps": (Gt(0),),
        "adam_beta2": (Gt(0), Le(1)),
        "max_grad_norm": (Gt(0),),
        "dropout": (Ge(0), Le(1)),
        "evaluations": (Ge(1),),
        "mask_fraction": (Gt(0), Le(1)),
    },
)
MIXTURE_MODEL = model_of(
    Mixture,
    ranges={"cap": (Ge(1),), "temperature": (Gt(0),), "mlm_share": (Ge(0), Lt(1))},
)
