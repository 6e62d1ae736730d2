"""The commands on files, checkpoints and catalogues, each a line that hands over."""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from isthmus.cli.options import (
    BenchmarkOption,
    DataOption,
    DebugOption,
    DeviceOption,
    ForceOption,
    HubOption,
    JsonOption,
    OptionalStudyArgument,
    WorldOption,
)
from isthmus.tasks.task import FormName

commands = typer.Typer()


@commands.command(epilog="Example: isthmus init reviews.en.csv --test sw=reviews.sw.csv")
def init(
    file: Annotated[
        Path,
        typer.Argument(
            help="Training data (pairs to test, for retrieval): a table, CoNLL, SQuAD ..."
        ),
    ],
    form: Annotated[
        FormName | None, typer.Option("--form", help="Guessed where not given.", show_default=False)
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Of FILE; guessed where not given.")
    ] = None,
    test: Annotated[
        list[str] | None,
        typer.Option("--test", metavar="LANGUAGE=FILE", help="A test file; may be repeated."),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="An encoder's folder, or its name on the hub.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The study to write; by FILE's name if not given.")
    ] = None,
    _debug: DebugOption = False,
) -> None:
    """Look at a file of one's own and write a starter study over it, with comments."""
    from isthmus.cli.init import write_starter

    write_starter(file, form=form, language=language, tests=test or (), out=out, model=model)


@commands.command(epilog="Example: isthmus tasks --hub")
def tasks(
    study: OptionalStudyArgument = None,
    data: DataOption = None,
    world: WorldOption = False,
    hub: HubOption = False,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """List the tasks, and what a folder, the hub, the world or a study's places have of each."""
    from isthmus.cli.task_list import show_tasks

    show_tasks(study, data=data, world=world, hub=hub, as_json=as_json)


@commands.command(epilog="Example: isthmus languages --data data")
def languages(
    data: DataOption = None,
    world: WorldOption = False,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """List the languages, and with --data the tasks that have data in each."""
    from isthmus.cli.catalogues import show_languages

    show_languages(data=data, world=world, as_json=as_json)


@commands.command(epilog="Example: isthmus score predictions labels --json")
def score(
    predictions: Annotated[
        Path, typer.Argument(help="Folder of TASK/test-LANGUAGE.tsv or .json, as XTREME lays out.")
    ],
    labels: Annotated[Path, typer.Argument(help="Folder of the gold in the same layout.")],
    benchmark: BenchmarkOption = "xtreme",
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Score prediction files in XTREME's layout, exactly as its scorer does."""
    from isthmus.cli.score_files import score_folder

    score_folder(predictions, labels, benchmark=benchmark, as_json=as_json)


@commands.command(epilog="Example: isthmus validate submission --data data")
def validate(
    predictions: Annotated[
        Path, typer.Argument(help="Folder of TASK/test-LANGUAGE.tsv or .json, as XTREME lays out.")
    ],
    benchmark: BenchmarkOption = "xtreme",
    data: DataOption = None,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Check prediction files, made anywhere, against the test sets they are about."""
    from isthmus.cli.validate import validate_folder

    validate_folder(predictions, data=data, benchmark=benchmark, as_json=as_json)


@commands.command(epilog="Example: isthmus predict checkpoint/xnli xnli new.tsv --out labels.jsonl")
def predict(
    checkpoint: Annotated[
        str, typer.Argument(help="A folder that Isthmus trained, or a Hugging Face folder or name.")
    ],
    task: Annotated[str, typer.Argument(help="A task; or classify, tag, span or choice.")],
    file: Annotated[
        str, typer.Argument(help="CSV, TSV, JSON lines, CoNLL, SQuAD's JSON, or - for lines.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write; standard output if not given.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="What to write: jsonl, tsv or xtreme."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="Code of the text's language.")] = "",
    input_format: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="NAME",
            help="What FILE is: csv, tsv, jsonl, parquet, conll, conllu, squad or lines.",
        ),
    ] = None,
    columns: Annotated[
        str,
        typer.Option("--columns", metavar="NAMES", help="Such as text=premise,text_b=hypothesis."),
    ] = "",
    joined_words: Annotated[
        bool,
        typer.Option("--joined-words", help="Tag words of unspaced scripts as running text."),
    ] = False,
    precision: Annotated[
        str,
        typer.Option("--precision", help="bf16 (fp32 where a device has no units for it) or fp32."),
    ] = "bf16",
    device: DeviceOption = "auto",
    force: ForceOption = False,
    _debug: DebugOption = False,
) -> None:
    """Label new text with a trained checkpoint."""
    from isthmus.cli.predict import parse_columns, predict_file

    predict_file(
        checkpoint,
        task,
        file,
        out=out,
        force=force,
        output=output,
        reading={"input_format": input_format, "columns": parse_columns(columns)},
        model={
            "device": device,
            "language": lang,
            "joined_words": joined_words,
            "precision": precision,
        },
    )
