"""The pages, taken apart: fenced blocks with the mark above them, commands, and links."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"(?:<!-- (\w+): ([\w.]+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block; ``mark`` and ``name`` are those of a comment such as ``<!-- run: api -->``."""

    page: Path
    mark: str
    name: str
    language: str
    text: str


def blocks() -> list[Block]:
    return [
        Block(page=page, mark=mark, name=name, language=language, text=text)
        for page in PAGES
        for mark, name, language, text in _BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


def marked(mark: str) -> dict[str, Block]:
    return {block.name: block for block in blocks() if block.mark == mark}


def commands() -> list[tuple[str, list[str]]]:
    """Page and words of every ``isthmus ...`` line of a shell block, redirections left out."""
    found = []
    for block in blocks():
        for line in block.text.splitlines() if block.language == "sh" else ():
            words = shlex.split(line, comments=True)
            if words and words[0] == "isthmus":
                stop = words.index(">") if ">" in words else len(words)
                found.append((block.page.name, words[1:stop]))
    return found


def inline_commands() -> list[tuple[str, list[str]]]:
    """Page and words of every command in running text or a table, such as ```isthmus tasks```."""
    return [
        (page.name, shlex.split(text))
        for page in PAGES
        for text in re.findall(r"`isthmus ([a-z][^`]*)`", page.read_text(encoding="utf-8"))
    ]


def links() -> list[tuple[Path, str]]:
    """Page and target of every link that is not to another site."""
    return [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http:", "https:"))
    ]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
