"""A mapping that cannot change, so that studies are values: compared, hashed and shared freely."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, get_args

from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V], Generic[K, V]):
    """A dict that refuses to be changed. Its order is kept, and is no part of its value."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[K, V]]]:
        return type(self), (dict(self),)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("This mapping is frozen; make a new study instead.")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validates as a dict of the same parameters, then freezes."""
        plain_dict = GenericAlias(dict, get_args(source) or (Any, Any))
        return core_schema.no_info_after_validator_function(
            cls, handler.generate_schema(plain_dict)
        )
