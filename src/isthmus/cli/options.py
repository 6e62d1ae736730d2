"""The arguments and options that commands share."""

from pathlib import Path
from typing import Annotated

import typer


def _remember_debug(context: typer.Context, value: bool) -> bool:
    context.meta["isthmus.debug"] = value
    return value


StudyArgument = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A study's file, or the name of one in studies/ or of one that comes with Isthmus.",
        show_default=False,
    ),
]
OptionalStudyArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[STUDY]",
        help="A study, for the tasks it declares itself and where its data is.",
        show_default=False,
    ),
]
StoreOption = Annotated[
    Path, typer.Option("--store", help="Folder of results, made when first written.")
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of real data.", envvar="ISTHMUS_DATA", show_default=False),
]
OnlyOption = Annotated[
    str,
    typer.Option(
        "--only",
        metavar="GLOB",
        help="Only what matches route/target (route/target@k), or a step's title, and what that needs.",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, help="Worker processes, which share the cores.")
]
DeviceOption = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda or cuda:1. It is no part of identity.")
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option(
        "--max-tokens",
        min=1,
        help="Tokens a training computes at a time, at most: larger batches are split, their loss "
        "and gradient kept. By default what suits the device. It is no part of identity.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON.")]
BenchmarkOption = Annotated[
    str, typer.Option("--benchmark", metavar="NAME", help="xtreme or xtreme-r.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is there already.")]
WorldOption = Annotated[
    bool, typer.Option("--world", help="Those of the embedded world instead of natural ones.")
]
HubOption = Annotated[
    bool, typer.Option("--hub", help="What the Hugging Face hub has, instead of a folder.")
]
DebugOption = Annotated[
    bool,
    typer.Option(
        "--debug", help="Show the traceback of an error.", callback=_remember_debug, is_eager=True
    ),
]
DEFAULT_STORE = Path("store")
