"""What a task is: what is asked, in which languages, and how it is trained and scored.

A task says nothing of where its files lie (a provider in ``sources`` knows that) and nothing of
tensors (its form knows that), so plans and reports are made without importing torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

FormName: TypeAlias = Literal["classify", "tag", "span", "choice", "retrieve", "mlm"]
Split: TypeAlias = Literal["train", "dev", "test"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """The training settings a task has unless a study says otherwise.

    Attributes:
        num_epochs: Passes over the training examples.
        batch_size: Examples per optimiser step.
        max_length: Longest input, in subword tokens.
    """

    num_epochs: float = 2.0
    batch_size: int = 32
    max_length: int = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One task.

    Attributes:
        name: Unique in its catalogue, such as ``xnli``.
        form: Its shape; see ``isthmus.forms``.
        role: ``intermediate``, ``target`` or ``text`` (for language modelling).
        labels: In head order. Empty for forms without a label set.
        languages: Codes in which it is evaluated (targets) or has text.
        metrics: Names in ``isthmus.scoring``; the first is the one averages and gains are about.
        trains_on: The task whose training and development sets it uses; None trains on its own;
            ``""`` is never trained (retrieval).
        source_language: Code of the language that its training data, or the source side of its
            bitext, is in; None is the provider's.
        selects_on: For retrieval, the task whose pairs choose layer, pooling and centring: the
            task's own ``dev`` split where None.
        group: XTREME's group of a target: classification, tagging, qa or retrieval; "" elsewhere.
        num_train: Training examples in the full data set, for plans; 0 where not trained.
        num_eval: Test examples in a language, for plans; 0 where not known.
        mean_length: Subword tokens of an average example, for plans; 0 where not known.
        unanswerable: For ``span``: whether a question may have no answer.
        recipe: Its training defaults.
        citation: Short reference. licence: Of the data, as upstream states it.
        hub: Repository on the Hugging Face hub; "" where it has none.
        revision: Commit of it that is read, or a branch, of which the commit at first use is taken
            and kept (``isthmus.sources.hubs.commits``); "" where the hub is not read.
        train_languages: Codes in which there is training data besides ``languages`` and the source
            language, translated or native, for phases that ask for them.
    """

    name: str
    form: FormName
    role: Literal["intermediate", "target", "text"]
    metrics: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    labels: tuple[str, ...] = ()
    trains_on: str | None = None
    source_language: str | None = None
    selects_on: str | None = None
    group: str = ""
    num_train: int = 0
    num_eval: int = 0
    mean_length: int = 0
    unanswerable: bool = False
    recipe: Recipe = Recipe()
    citation: str = ""
    licence: str = ""
    hub: str = ""
    revision: str = ""
    train_languages: tuple[str, ...] = ()
