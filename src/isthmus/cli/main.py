"""The commands, each a line that hands over to a module of this room.

Those modules are imported when their command runs, so that help and errors come at once. Exit
status: 0 done, 1 a failed run, bad data or a difference found, 2 a bad declaration or usage, 3 an
answer that is not whole, 130 interrupted.
"""
# ruff: noqa: PLC0415

from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from isthmus.cli import file_commands, study_commands
from isthmus.errors import IsthmusError, StudyError


class _Commands(TyperGroup):
    """Turns the package's errors into one clear message and an exit status."""

    def invoke(self, ctx: Any) -> Any:
        from isthmus.cli.console import say, show_warnings

        show_warnings()
        try:
            return super().invoke(ctx)
        except IsthmusError as error:
            if ctx.meta.get("isthmus.debug"):
                raise
            say(f"Error: {error}", style="red")
            raise typer.Exit(2 if isinstance(error, StudyError) else 1) from error
        except KeyboardInterrupt as interrupt:
            say("Interrupted. What was finished is kept: the same command goes on from here.")
            raise typer.Exit(130) from interrupt


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Which intermediate task helps which language, by how much, and is it real.",
    epilog="Example: isthmus run world",
)


def main() -> None:
    """Runs the command line of this process."""
    app()


def _show_version(value: bool) -> None:
    if value:
        from isthmus.cli.console import write_text

        write_text(f"isthmus {version('isthmus')}\n")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Which intermediate task helps which language, by how much, and is it real."""


app.add_typer(study_commands.commands)
app.add_typer(file_commands.commands)


if __name__ == "__main__":
    main()
