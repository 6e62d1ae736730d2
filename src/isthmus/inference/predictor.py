"""Labels new text with a trained checkpoint, as a study's ``predict`` steps do.

labelled = isthmus.predict("store/steps/train/KEY", "xnli", "new.tsv")
labelled[0].value, labelled[0].score, labelled[0].probabilities
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import torch

from isthmus.errors import StudyError
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.inference.inputs import find_task, read_inputs, without_gold
from isthmus.inference.source import open_head
from isthmus.languages.table import language as language_of
from isthmus.study.resolve import form_spec
from isthmus.training.evaluate import head_outputs
from isthmus.training.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from isthmus.examples import Example
    from isthmus.forms.form import FormSpec
    from isthmus.inference.inputs import InputFormat
    from isthmus.inference.source import Head
    from isthmus.tasks.task import Task

CHUNK = 8192
"""Examples that are encoded, sorted by length and labelled together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """What a checkpoint says of one example.

    Attributes:
        uid: Of the example.
        value: A label, tags by word, the text of an answer ("" for none), or the index of a choice.
        score: See ``isthmus.examples.Prediction``; None of tags.
        probabilities: By label, for texts that are classified.
    """

    uid: str
    value: str | int | tuple[str, ...]
    score: float | None
    probabilities: Mapping[str, float] | None = None


class Predictor:
    """A checkpoint opened for a task. Calling it labels examples, in their order.

    Args:
        checkpoint: A folder that Isthmus trained, or a Hugging Face folder or hub name.
        task: A task of the catalogue or, to keep the checkpoint's own labels, a form.
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.
        language: Code of the text's language, where it matters.
        joined_words: Tags words of a language that puts no spaces between them as running text, as
            studies with ``joined_words: true`` do.
        precision: ``bf16``, as studies predict unless they say otherwise; ``fp32`` where a device
            has no units for it, or where asked.

    Raises:
        StudyError: there is no such task, checkpoint or device; the checkpoint has no head for it,
            or one with other labels.
    """

    def __init__(
        self,
        checkpoint: Path | str,
        task: str,
        *,
        device: str = "auto",
        language: str = "",
        joined_words: bool = False,
        precision: Precision = "bf16",
    ):
        if precision not in get_args(Precision):
            raise StudyError(f"there is no precision {precision!r}; give fp32 or bf16")
        self.precision = precision
        self.task = find_task(task)
        head = open_head(str(checkpoint), self.task)
        joined = joined_words and not (language and language_of(language).spaced)
        self._spec = _spec(self.task, head, joined_words=joined)
        self._form, self._head = FORMS[self.task.form], head
        self._special = special_of(head.tokenizer)
        self._model = head.model.to(_device(device))

    def __call__(self, examples: Iterable[Example]) -> Iterator[Labelled]:
        """Yields one for each example, whatever gold it has left out.

        Raises:
            DataError: an example is not of the task's form, or its text is no Unicode.
        """
        stream = map(without_gold, examples)
        while chunk := list(islice(stream, CHUNK)):
            yield from self._label(chunk)

    def _label(self, examples: list[Example]) -> Iterator[Labelled]:
        table = self._form.encode(examples, self._head.tokenizer, self._spec)
        outputs = head_outputs(
            self._model,
            self._head.name,
            self._form,
            self._spec,
            Features(table),
            self._special,
            precision=self.precision,
        )
        for index, found in enumerate(self._form.decode(outputs, table, examples, self._spec)):
            probabilities = None
            if self._form.name == "classify":  # the one form with a row an example
                row = outputs[index]["probabilities"].tolist()
                probabilities = dict(zip(self._spec.labels, row, strict=True))
            yield Labelled(
                uid=found.uid, value=found.value, score=found.score, probabilities=probabilities
            )


def predict(  # noqa: PLR0913  each is an option of the command too
    checkpoint: Path | str,
    task: str,
    inputs: Path | str | Iterable[Example],
    *,
    device: str = "auto",
    language: str = "",
    joined_words: bool = False,
    precision: Precision = "bf16",
    input_format: InputFormat | None = None,
    columns: Mapping[str, str] | None = None,
) -> list[Labelled]:
    """Labels new text with a trained checkpoint.

    Args:
        checkpoint, task, device, language, joined_words, precision: As for ``Predictor``.
        inputs: A file, or examples. Gold in it is not looked at.
        input_format, columns: Of the file, see ``isthmus.inference.inputs.read_inputs``.

    Raises:
        StudyError: as ``Predictor``; there is no such file, or its format cannot be told.
        DataError: a line is malformed.
    """
    if isinstance(inputs, str | Path):
        inputs = read_inputs(
            Path(inputs), find_task(task), input_format=input_format, columns=columns
        )
    examples = list(inputs)  # a malformed line is said before anything is loaded
    predictor = Predictor(
        checkpoint,
        task,
        device=device,
        language=language,
        joined_words=joined_words,
        precision=precision,
    )
    return list(predictor(examples))


def _spec(task: Task, head: Head, *, joined_words: bool) -> FormSpec:
    labels = _in_head_order(task, head)
    as_trained = replace(task, labels=labels, unanswerable=head.unanswerable)
    return form_spec(as_trained, max_length=head.max_length, joined_words=joined_words)


def _in_head_order(task: Task, head: Head) -> tuple[str, ...]:
    """A task's labels in the order of a head, whose own may be written in other letters."""
    if not task.labels:
        return head.labels
    spelt = {label.casefold(): label for label in task.labels}
    found = tuple(spelt.get(label.casefold(), "") for label in head.labels)
    if sorted(found) == sorted(task.labels):
        return found
    raise StudyError(
        f"the head has the labels {_shown(head.labels)}, and {task.name} has {_shown(task.labels)}: "
        f"give the form {task.form!r} in place of the task to keep the head's own"
    )


def _shown(labels: tuple[str, ...]) -> str:
    return ", ".join(labels[:8]) + (", ..." if len(labels) > 8 else "")


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise StudyError(f"there is no device {name!r} here: {reason}") from error
    return device
