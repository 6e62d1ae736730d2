"""What a study is declared from: models, phases, targets and how to choose among results.

Every part is frozen, compares by value, hashes, and refuses fields it does not know.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from isthmus.errors import suggest
from isthmus.models.sizes import SIZES
from isthmus.study.frozen import Frozen
from isthmus.study.overrides import MIXTURE_MODEL, TRAINING_MODEL, Overrides, Values

Training: TypeAlias = Annotated[Values, Overrides(TRAINING_MODEL)]
"""Some fields of ``TrainingSettings``; ``selection`` is said by the study's own field."""
MixtureValues: TypeAlias = Annotated[Values, Overrides(MIXTURE_MODEL)]
"""Some fields of ``Mixture``."""


def tuples(value: Any) -> Any:
    """Returns a value with every list in it as a tuple, since parts hold nothing that changes."""
    if isinstance(value, list | tuple):
        return tuple(tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: tuples(item) for key, item in value.items()}
    return value


def _languages(value: Any) -> Any:
    if value == "all":
        return value
    if isinstance(value, tuple) and value and all(isinstance(item, str) for item in value):
        return distinct(value)
    raise ValueError(f"expected 'all' or a list of language codes, got {value!r}")


def distinct(values: Any) -> Any:
    """Refuses a list that names something twice; what is no list is left to the type's check."""
    if isinstance(values, tuple):
        for index, value in enumerate(values):
            if value in values[:index]:
                raise ValueError(f"{value!r} is listed twice; keep one")
    return values


def _layers(value: Any) -> Any:
    if value == "all":
        return value
    if (
        isinstance(value, tuple)
        and value
        and all(type(item) is int and item >= 0 for item in value)
    ):
        return distinct(value)
    raise ValueError(f"expected 'all' or a list of layer numbers from 0, got {value!r}")


def _size(value: Any) -> Any:
    if value in SIZES:
        return value
    raise ValueError(f"unknown size {value!r}.{suggest(str(value), SIZES)}")


Languages: TypeAlias = Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_languages)]
Codes: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(distinct)]
Seed: TypeAlias = Annotated[int, Field(ge=0, lt=2**63)]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=80)]
EMPTY: Values = Frozen()
SHOTS = (1, 5, 10, 50, 100, 500)


class Part(BaseModel):
    """The ground of every part: strict types, no unknown fields, lists taken as tuples."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, validate_default=False
    )

    @model_validator(mode="before")
    @classmethod
    def _no_lists(cls, data: Any) -> Any:
        return tuples(data)


class Tokenizer(Part):
    """A subword tokenizer trained from scratch.

    Attributes:
        vocab_size: At most this many subwords, special ones included.
    """

    algorithm: Literal["bpe", "unigram"] = "bpe"
    vocab_size: Annotated[int, Field(ge=64, le=1_000_000)] = 4000


class Corpus(Part):
    """Text for language modelling.

    Attributes:
        task: A text task, used in every language it has; or any other task, of whose training set
            in the source language the raw text is used.
        parallel: Whether its texts come with translations; None says so of a text task whose name
            ends in ``bitext``.
    """

    task: str
    parallel: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, data: Any) -> Any:
        return {"task": data} if isinstance(data, str) else data


class Pretrain(Part):
    """An encoder of XLM-R's shape trained from scratch by masked language modelling.

    Attributes:
        size: A name in ``isthmus.models.sizes``.
        translation_share: Share of the steps whose batches are pairs of translations, where
            ``corpus`` has parallel text.
        languages: Those whose text is used.
        training: What differs from the defaults of ``TrainingSettings``.
    """

    size: Annotated[str, BeforeValidator(_size)]
    tokenizer: Tokenizer = Tokenizer()
    corpus: Annotated[tuple[Corpus, ...], Field(min_length=1), BeforeValidator(distinct)]
    translation_share: Annotated[float, Field(ge=0, le=1)] = 0.3
    languages: Languages = "all"
    seed: Seed = 0
    training: Training = EMPTY


class ModelSource(Part):
    """Where an encoder comes from: trained from scratch, or loaded.

    Attributes:
        load: A Hugging Face name, or a folder relative to the study's file.
        revision: Branch, tag or commit of a Hugging Face name.
    """

    pretrain: Pretrain | None = None
    load: Annotated[str, Field(min_length=1)] | None = None
    revision: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> ModelSource:
        if (self.pretrain is None) == (self.load is None):
            raise ValueError("declare either 'pretrain' or 'load', one of the two")
        if self.revision is not None and self.load is None:
            raise ValueError("'revision' belongs to 'load'")
        return self


WORLD = "world"
"""The model whose name says that the embedded world's own renderer translates."""


class TranslationModel(Part):
    """What translates: any sequence-to-sequence model of ``transformers``, or the world itself.

    Attributes:
        load: A Hugging Face name, a folder relative to the study's file, or ``world``.
            ``{language}`` in it stands for the code translated into, where each has its model.
        revision: Branch, tag or commit of a Hugging Face name.
        num_beams: 1 is greedy. Nothing is ever sampled.
        max_length: Longest sentence in subwords; an example with a longer one is dropped.
        precision: ``fp32``, or ``bf16`` weights and arithmetic.
        prefix: Put before every sentence, such as ``translate English to {name}: `` for T5.
        codes: How the model writes languages, where that does not follow from our table.
        markers: What is put around an answer, unless the text has such marks itself.
    """

    load: Annotated[str, Field(min_length=1)]
    revision: Annotated[str, Field(min_length=1)] | None = None
    num_beams: Annotated[int, Field(ge=1, le=64)] = 1
    max_length: Annotated[int, Field(ge=8)] = 256
    precision: Literal["fp32", "bf16"] = "fp32"
    prefix: str = ""
    codes: Frozen[str, str] = Frozen()
    markers: Literal["brackets", "quotes", "tags"] = "brackets"

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, data: Any) -> Any:
        return {"load": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _world_alone(self) -> TranslationModel:
        if self.load == WORLD and len(self.model_fields_set) > 1:
            others = ", ".join(sorted(self.model_fields_set - {"load"}))
            raise ValueError(f"the world's renderer has no {others}; leave it out")
        return self

    def of(self, language: str, name: str = "") -> TranslationModel:
        """Returns the model for one language: placeholders filled in."""
        filled = {"{language}": self.codes.get(language, language), "{name}": name}
        load, prefix = self.load, self.prefix
        for placeholder, value in filled.items():
            load, prefix = load.replace(placeholder, value), prefix.replace(placeholder, value)
        return self.model_copy(update={"load": load, "prefix": prefix})


class Translation(Part):
    """Training data of a phase that is translated first.

    Attributes:
        task: One of the phase's; None is every one of them.
        into: Languages.
        model: What translates.
        keep_original: Whether the phase trains on the source language's examples too.
        num_examples: Translates at most this many, drawn at random; None is all.
    """

    task: str | None = None
    into: Codes
    model: TranslationModel
    keep_original: bool = True
    num_examples: Annotated[int, Field(ge=1)] | None = None


def _is_list(value: Any) -> str:
    return "[several]" if isinstance(value, tuple) else "[one]"


Translations: TypeAlias = Annotated[
    Annotated[Translation, Tag("[one]")] | Annotated[tuple[Translation, ...], Tag("[several]")],
    Discriminator(_is_list),
]
"""One translation, or a list of them."""


class Phase(Part):
    """One stage of intermediate training.

    Attributes:
        tasks: Trained together, each step on a batch of one of them.
        mixture: How the task of a step is drawn.
        mlm: Text tasks for language modelling alongside, for ``mixture.mlm_share`` of the steps;
            all of them where ``tasks`` is empty.
        languages: Of the training data; None is the source language.
        translate: Training data in further languages, translated from the source language's.
        even_languages: Whether ``training.num_train`` takes equally many examples of each language;
            else it draws from all of them together, and a large one gives more.
        carry_heads: ``same_labels`` starts a head from one of the checkpoint before that has the
            same form and the same labels in the same order; ``never`` starts every head afresh.
        training: What differs from the study's settings.
    """

    tasks: Annotated[tuple[str, ...], BeforeValidator(distinct)] = ()
    mixture: MixtureValues = EMPTY
    mlm: Annotated[tuple[str, ...], BeforeValidator(distinct)] = ()
    languages: Codes | None = None
    translate: Translations = ()
    even_languages: bool = False
    carry_heads: Literal["same_labels", "never"] = "same_labels"
    training: Training = EMPTY

    @property
    def translations(self) -> tuple[Translation, ...]:
        """``translate`` as a tuple, written as a list or not."""
        return self.translate if isinstance(self.translate, tuple) else (self.translate,)

    @model_validator(mode="after")
    def _consistent(self) -> Phase:
        share = self.mixture.get("mlm_share", 0.0)
        if not self.tasks and not self.mlm:
            raise ValueError("a phase needs 'tasks', or 'mlm' for language modelling alone")
        if self.tasks and bool(self.mlm) != (share > 0):
            raise ValueError(
                f"mixture.mlm_share is {share} and mlm is {list(self.mlm)}: "
                "give both a share above 0 and the text tasks, or neither"
            )
        if not self.tasks and self.mixture:
            raise ValueError("'mixture' has no meaning without 'tasks'; leave it out")
        weights = self.mixture.get("weights", ())
        if (self.mixture.get("rule") == "weights") != bool(weights):
            raise ValueError("'mixture.weights' and 'mixture.rule: weights' belong together")
        if weights and (len(weights) != len(self.tasks) or min(weights) < 0 or not sum(weights)):
            raise ValueError(
                f"'mixture.weights' needs one weight from 0 up for each of the {len(self.tasks)} "
                f"tasks, got {list(weights)}"
            )
        return self


class FewShot(Part):
    """Training on a few labelled examples in each language, from the target's zero-shot weights.

    Attributes:
        k: Numbers of examples, from 1 up; 0 is the zero-shot score, which is always there.
        draws: How often examples are drawn anew.
        split: What they are drawn from; None is ``train`` in a language that has training data,
            else ``dev``. Never what is evaluated.
        languages: All that are evaluated but the source, or some of them.
        training: What differs from the target's settings and ``resolve.few_shot_training``'s.
    """

    k: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = SHOTS
    draws: Annotated[int, Field(ge=1)] = 5
    split: Literal["train", "dev"] | None = None
    languages: Languages = "all"
    training: Training = EMPTY

    @model_validator(mode="after")
    def _consistent(self) -> FewShot:
        distinct(self.k)
        if "num_train" in self.training:
            raise ValueError("'training.num_train' is what 'k' says; leave it out")
        return self


class Target(Part):
    """What is particular to one target: its training, and the languages evaluated.

    Attributes:
        trains_on: The task whose training data and head it uses, where not that of the catalogue.
        few_shot: Also measures what a few labelled examples in each language add.
    """

    trains_on: Annotated[str, Field(min_length=1)] | None = None
    training: Training = EMPTY
    languages: Languages = "all"
    carry_heads: Literal["same_labels", "never"] = "same_labels"
    few_shot: FewShot | None = None


class Intermediate(Part):
    """What differs in every intermediate phase."""

    training: Training = EMPTY


class Selection(Part):
    """Which weights of a training are kept.

    Attributes:
        keep: ``last``, or ``best`` on the development sets of ``languages``.
        languages: None is the source language; any other needs the study's ``oracle``.
    """

    keep: Literal["last", "best"] = "last"
    languages: Codes | None = None


class Retrieval(Part):
    """What the choice of a sentence vector is made from, on development pairs, and how to mine.

    Attributes:
        layers: ``all``, or hidden states by number (0 is the embeddings).
        pooling: Ways to make one vector of a sentence's tokens.
        centring: Whether each language's mean vector is subtracted.
        whitening: Whether each language's vectors are whitened as well.
        margin, select, num_neighbours: How pairs are mined; see ``isthmus.scoring.retrieval.mine``.
        duplicates: What becomes of repeated sentences: XTREME drops them, jiant pairs all their ids.
    """

    layers: Annotated[Literal["all"] | tuple[int, ...], BeforeValidator(_layers)] = "all"
    pooling: Annotated[tuple[Literal["mean", "cls", "max"], ...], Field(min_length=1)] = (
        "mean",
        "cls",
        "max",
    )
    centring: Annotated[tuple[bool, ...], Field(min_length=1)] = (False, True)
    whitening: Annotated[tuple[bool, ...], Field(min_length=1)] = (False,)
    margin: Literal["absolute", "distance", "ratio"] = "ratio"
    select: Literal["forward", "backward", "intersect", "max"] = "max"
    num_neighbours: Annotated[int, Field(ge=1)] = 4
    duplicates: Literal["drop", "expand"] = "drop"
