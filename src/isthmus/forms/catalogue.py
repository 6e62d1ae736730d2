"""Every form by name. A new form is one file and one line here."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from isthmus.forms.choice import Choose
from isthmus.forms.classify import Classify
from isthmus.forms.mlm import Mlm
from isthmus.forms.retrieve import Retrieve
from isthmus.forms.span import Span
from isthmus.forms.tag import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.forms.form import Form
    from isthmus.tasks.task import FormName

FORMS: Mapping[FormName, Form] = MappingProxyType(
    {
        "classify": Classify(),
        "tag": Tag(),
        "span": Span(),
        "choice": Choose(),
        "retrieve": Retrieve(),
        "mlm": Mlm(),
    }
)
