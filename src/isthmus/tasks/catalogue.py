"""Every task on natural data: a visible tuple.

A new task is one file with a ``Task`` in it and one line here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import StudyError, suggest
from isthmus.tasks.americasnli import AMERICASNLI
from isthmus.tasks.anli import ANLI
from isthmus.tasks.anli_plus import ANLI_PLUS
from isthmus.tasks.bible import BIBLE
from isthmus.tasks.bucc2018 import BUCC2018
from isthmus.tasks.ccg import CCG
from isthmus.tasks.commonsenseqa import COMMONSENSEQA
from isthmus.tasks.copa import COPA
from isthmus.tasks.cosmosqa import COSMOSQA
from isthmus.tasks.hellaswag import HELLASWAG
from isthmus.tasks.indonli import INDONLI
from isthmus.tasks.kornli import KORNLI
from isthmus.tasks.masakhaner2 import MASAKHANER2
from isthmus.tasks.mlqa import MLQA
from isthmus.tasks.mnli import MNLI
from isthmus.tasks.ntrex import NTREX
from isthmus.tasks.ntrex_bitext import NTREX_BITEXT
from isthmus.tasks.ntrex_text import NTREX_TEXT
from isthmus.tasks.ocnli import OCNLI
from isthmus.tasks.panx import PANX
from isthmus.tasks.pawsx import PAWSX
from isthmus.tasks.qqp import QQP
from isthmus.tasks.snli import SNLI
from isthmus.tasks.squad_v1 import SQUAD_V1
from isthmus.tasks.squad_v2 import SQUAD_V2
from isthmus.tasks.sst2 import SST2
from isthmus.tasks.tatoeba import TATOEBA
from isthmus.tasks.training_text import TRAINING_TEXT
from isthmus.tasks.tydiqa import TYDIQA
from isthmus.tasks.udhr import UDHR
from isthmus.tasks.udpos import UDPOS
from isthmus.tasks.uner import UNER
from isthmus.tasks.xcopa import XCOPA
from isthmus.tasks.xnli import XNLI
from isthmus.tasks.xquad import XQUAD

if TYPE_CHECKING:
    from isthmus.tasks.task import Task

TASKS: tuple[Task, ...] = (
    # The nine intermediate tasks of Phang et al. 2020.
    ANLI_PLUS,
    MNLI,
    QQP,
    SQUAD_V2,
    SQUAD_V1,
    HELLASWAG,
    CCG,
    COSMOSQA,
    COMMONSENSEQA,
    # The nine target tasks of XTREME.
    XNLI,
    PAWSX,
    UDPOS,
    PANX,
    XQUAD,
    MLQA,
    TYDIQA,
    BUCC2018,
    TATOEBA,
    # More English tasks to train on, and native ones in other languages.
    SNLI,
    ANLI,
    SST2,
    COPA,
    OCNLI,
    INDONLI,
    # More targets.
    KORNLI,
    AMERICASNLI,
    XCOPA,
    UNER,
    MASAKHANER2,
    NTREX,
    # Text for language modelling.
    NTREX_TEXT,
    NTREX_BITEXT,
    BIBLE,
    UDHR,
    TRAINING_TEXT,
)


def task(name: str) -> Task:
    """The task of a name.

    Raises:
        StudyError: There is none; the message names the nearest.
    """
    by_name = {row.name: row for row in TASKS}
    if name not in by_name:
        raise StudyError(
            f"task {name!r} is not known.{suggest(name, by_name)} `isthmus tasks` lists them all."
        )
    return by_name[name]
