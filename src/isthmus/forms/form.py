"""What a form is: the shape of a task, between text and tensors.

A form turns examples into a table of features once (``encode``), rows of that table into batches
(``collate``), hidden states into a loss (``loss``) or into small per-row outputs (``outputs``), and
those outputs back into one prediction per uid (``decode``). It knows nothing of task names.

Shape letters: N sequences in a batch, T tokens, D width, K labels, C choices, M selected tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from isthmus.transfer import sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example, Prediction
    from isthmus.forms.features import Features
    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSpec:
    """What a form has to know of a task and of its encoding. All of it is identity.

    Attributes:
        labels: In head order; () for forms without.
        max_length: Longest sequence in subword tokens, special tokens included.
        unanswerable: For ``span``: an empty answer is allowed, at null threshold 0.
        stride: For ``span``: subwords that neighbouring windows share.
        max_query: For ``span``: longest question in subwords; longer ones are cut at the end.
        max_answer: For ``span``: longest answer in subword tokens. num_best: Candidates kept.
        joined_words: For ``tag``: words are tokenised as running text without spaces (True, for
            scripts without them) or each on its own (False, as XTREME does).
        mask_fraction: For ``mlm``: share of the tokens to predict.
        whole_words: For ``mlm``: masks all subwords of a word together.
        pack: For ``mlm``: puts several short texts into one row, each closed by the separator.
    """

    labels: tuple[str, ...] = ()
    max_length: int = 256
    unanswerable: bool = False
    stride: int = 128
    max_query: int = 64
    max_answer: int = 30
    num_best: int = 20
    joined_words: bool = False
    mask_fraction: float = 0.15
    whole_words: bool = False
    pack: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Padded sequences and what is asked of them.

    Attributes:
        input_ids_NT: int64, padded with the tokenizer's pad id.
        lengths_N: int64, real tokens of each row, which come first; on the CPU, with numpy.
        type_ids_NT: int64 segment ids for encoders that take them (BERT), else None.
        targets: Whatever the form's ``loss`` needs, each a tensor.
    """

    input_ids_NT: Tensor  # noqa: N815  shape letters
    lengths_N: NDArray[np.int64]  # noqa: N815
    type_ids_NT: Tensor | None  # noqa: N815
    targets: Mapping[str, Tensor]

    @property
    def attention_mask_NT(self) -> Tensor:  # noqa: N802
        """int64, 1 on real tokens."""
        ids_NT = self.input_ids_NT
        number_T = ids_NT.new_ones(ids_NT.shape[1]).cumsum(0)
        lengths_N = sent(ids_NT.new_tensor(self.lengths_N, device="cpu"), ids_NT.device)
        return (number_T <= lengths_N.unsqueeze(1)).long()


@dataclass(frozen=True, kw_only=True, slots=True)
class Special:
    """The ids of a tokenizer that collating needs; ``isthmus.forms.tokens.special_of`` reads them.

    Attributes:
        pad: The pad token. mask: The mask token, -1 where there is none.
        vocab_size: Number of ids, added tokens included.
        never_masked: Every special id, ascending: neither masked nor drawn as a random token.
    """

    pad: int
    mask: int
    vocab_size: int
    never_masked: tuple[int, ...]


class Form(Protocol):
    """One form. Instances are stateless."""

    name: ClassVar[FormName]
    auto_model: ClassVar[str]
    """The ``transformers`` Auto class whose head this form trains."""

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns one row a sequence, in example order.

        Columns of every form: ``example`` (int32, index into ``examples``), ``input_ids``
        (list<int32>, special tokens included), ``type_ids`` (list<int8>, only where the tokenizer
        makes segment ids other than 0), ``truncated`` (bool: text was cut off and is not in any
        other row). Each form adds its own.
        """

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns the units that training draws: (start, stop) rows, int64, shape [U, 2], ascending.

        A unit is a run of consecutive rows that stays together: one row for most forms, the rows
        of all its choices for ``choice``. Rows without gold belong to no unit.
        """

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch of some rows of an opened table (with gold in ``targets`` where known).

        Args:
            features: The table that ``encode`` returned, opened once with ``Features(table)``.
            rows: Row numbers in batch order; repeats are allowed.
            spec: The spec that the table was encoded with.
            special: Ids of the tokenizer.
            rng: Draws the masks of ``mlm``, which needs it; the other forms leave it alone.
        """

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch as a batch of their own, no wider than they need.

        What ``collate`` drew for the batch stays drawn: losses and weights of parts that share no
        row add up to the batch's.

        Args:
            batch: From ``collate``.
            rows: Places in the batch, those of a unit (see ``trainable``) side by side.
        """

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the summed loss and its weight (both scalars): their quotient is the mean.

        The weight counts examples, tokens or masked tokens, whatever the form's mean is over.
        """

    def outputs(
        self, model: Model, head: str, batch: Batch, spec: FormSpec
    ) -> Sequence[Mapping[str, Any]]:
        """Returns what ``decode`` needs of each row, small and on the CPU (numpy or plain)."""

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Returns exactly one prediction per example, in example order.

        ``outputs`` are in the order of the table's rows.
        """
