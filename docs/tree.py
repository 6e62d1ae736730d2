"""Writes the tree in README.md from the first line of every file: ``python docs/tree.py``.

A test holds that the tree is current.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import shorten

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "isthmus"
README = ROOT / "README.md"
BEGIN, END = "<!-- tree: python docs/tree.py -->", "<!-- end of tree -->"
TEXT_WIDTH = 76
"""Characters of a description; a longer first line ends with the last clause that fits."""


def main() -> None:
    """Puts the tree of today into the README."""
    README.write_text(replaced(README.read_text(encoding="utf-8")), encoding="utf-8")


def replaced(readme: str) -> str:
    """Returns the README with the tree between its two marks made anew."""
    before, rest = readme.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n```text\n{tree()}\n```\n{END}{after}"


def tree() -> str:
    """Returns every file of the package, a line each; a folder has its ``__init__``'s line."""
    lines = [_line("src/isthmus/", PACKAGE / "__init__.py", depth=0), *_inside(PACKAGE, depth=1)]
    return "\n".join(lines)


def _inside(folder: Path, *, depth: int) -> list[str]:
    lines = []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.is_dir():
            inner = _inside(path, depth=depth + 1)
            if inner or (path / "__init__.py").is_file():
                lines += [_line(f"{path.name}/", path / "__init__.py", depth=depth), *inner]
        elif path.suffix in {".py", ".yaml"} and path.name != "__init__.py":
            lines.append(_line(path.name, path, depth=depth))
    return lines


def _line(name: str, described: Path, *, depth: int) -> str:
    return f"{'  ' * depth + name:<26} {_description(described)}".rstrip()


def _description(path: Path) -> str:
    """Returns the first line of a module's docstring, or a study's description."""
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        found = re.search(r"^description: *(.*)$", text, flags=re.MULTILINE)
        first = found[1] if found else ""
    else:
        first = (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
    first = first.replace("``", "").rstrip(".")
    if len(first) <= TEXT_WIDTH:
        return first
    clauses = [match.start() for match in re.finditer(r"[,;:.] ", first[: TEXT_WIDTH + 2])]
    return first[: clauses[-1]] if clauses else shorten(first, TEXT_WIDTH, placeholder=" ...")


if __name__ == "__main__":
    main()
