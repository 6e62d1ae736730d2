"""Studies as a store keeps them: what was declared and planned when they were last run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from isthmus.errors import StoreError, StudyError, suggest
from isthmus.study.step import Cell, Missing, Plan, Step
from isthmus.study.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SavedStudy:
    """A study of a store.

    Attributes:
        declared: Its declaration, as YAML reads it.
        plan: Its plan, as the last run made it.
    """

    name: str
    store: Store
    declared: Mapping[str, Any]
    plan: Plan


def open_store(root: Path) -> Store:
    """A store that must be there.

    Raises:
        StudyError: it is not. StoreError: it was made by a newer Isthmus.
    """
    if not (root / "store.json").is_file():
        raise StudyError(f"There is no store in {root}: name the folder of an earlier --store.")
    return Store(root)


def saved_names(store: Store) -> tuple[str, ...]:
    """The studies that were run in a store, in the order of their names."""
    plans = (store.root / "studies").glob("*/plan.json")
    return tuple(sorted(path.parent.name for path in plans))


def shared_names(first: Store, second: Store) -> tuple[str, ...]:
    """The studies that were run in both of two stores.

    Raises:
        StudyError: there is none.
    """
    names = saved_names(first), saved_names(second)
    shared = tuple(name for name in names[0] if name in names[1])
    if not shared:
        has = [
            f"{store.root} has {', '.join(known) or 'none'}"
            for store, known in zip((first, second), names, strict=True)
        ]
        raise StudyError(f"The stores have no study in common: {'; '.join(has)}.")
    return shared


def saved_study(store: Store, name: str) -> SavedStudy:
    """Reads what a run has left of a study.

    Raises:
        StudyError: no such study was run in the store; names the nearest.
        StoreError: what is there cannot be read.
    """
    known = saved_names(store)
    if name not in known:
        there = suggest(name, known) if known else " No study was run there."
        raise StudyError(f"There is no study {name!r} in the store {store.root}.{there}")
    folder = store.study_folder(name)
    return SavedStudy(
        name=name,
        store=store,
        declared=_declared(folder / "study.yaml"),
        plan=_plan(folder / "plan.json"),
    )


def _declared(path: Path) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(found, dict):
        raise _unreadable(path, "it is no mapping")
    return found


def _plan(path: Path) -> Plan:
    try:
        raw = json.loads(path.read_bytes())
        parts = {
            name: tuple(_part(kind, each) for each in raw.get(name, ()))
            for name, kind in _PARTS.items()
        }
        return Plan(**{**raw, **parts})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path, error) from error


_PARTS: Mapping[str, type] = {"steps": Step, "cells": Cell, "missing": Missing, "few_shot": Cell}


def _part(part: type, raw: Mapping[str, Any]) -> Any:
    return part(**{n: tuple(v) if isinstance(v, list) else v for n, v in raw.items()})


def _unreadable(path: Path, why: object) -> StoreError:
    return StoreError(
        f"{path} cannot be read ({why}). Run the study in this store again, with this version."
    )
