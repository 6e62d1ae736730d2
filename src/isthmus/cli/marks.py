"""How tables name studies and write missing numbers."""

from isthmus.study.study import Study


def title_of(study: Study) -> str:
    """The study's name, with the mark that an oracle bears wherever its numbers stand."""
    if study.oracle:
        return f"{study.name} (ORACLE: selected on other languages than the source)"
    return study.name


def percent(value: float | None) -> str:
    """A score in percent with one decimal, or nothing."""
    return "" if value is None else f"{value:.1f}"
