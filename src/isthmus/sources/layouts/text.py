"""Where running text and development bitext are.

NTREX is parted by line: the first 1,800 are text to pretrain on, the last 197 are development pairs.
"""

from __future__ import annotations

from isthmus.sources.layouts.layout import Layout, Window, at, files

NTREX_ENGLISH = "ntrex/NTREX-128/newstest2019-src.eng.txt"
NTREX_FOREIGN = "ntrex/NTREX-128/newstest2019-ref.{language}.txt"
NUM_TEXT_LINES = 1800

TEXT_LAYOUTS: tuple[Layout, ...] = (
    at(
        "ntrex",
        "dev",
        files(
            NTREX_ENGLISH,
            "bitext",
            foreign_path=NTREX_FOREIGN,
            window=Window(start=NUM_TEXT_LINES),
        ),
    ),
    at(
        "ntrex_text",
        "train",
        files(NTREX_ENGLISH, "lines", stop=NUM_TEXT_LINES),
        languages=("en",),
    ),
    at("ntrex_text", "train", files(NTREX_FOREIGN, "lines", stop=NUM_TEXT_LINES)),
    at(
        "ntrex_bitext",
        "train",
        files(NTREX_FOREIGN, "lines", stop=NUM_TEXT_LINES, parallel_path=NTREX_ENGLISH),
    ),
    at(
        "bible",
        "train",
        files("bibles/scrollmapper/csv/GerAlbrecht.csv", "bible_csv"),
        languages=("de",),
    ),
    at(
        "bible",
        "train",
        files("bibles/scrollmapper/csv/OEB.csv", "bible_csv"),
        languages=("en",),
    ),
    at(
        "bible",
        "train",
        files("bibles/bible-corpus/Estonian-PART.xml", "bible_xml"),
        languages=("et",),
    ),
    at(
        "bible",
        "train",
        files("bibles/scrollmapper/csv/FreSynodale1921.csv", "bible_csv"),
        languages=("fr",),
    ),
    at(
        "bible",
        "train",
        files("bibles/scrollmapper/csv/JapDenmo.csv", "bible_csv"),
        languages=("ja",),
    ),
    at(
        "bible",
        "train",
        files("bibles/scrollmapper/csv/RusMakarij.csv", "bible_csv"),
        languages=("ru",),
    ),
    # training_text: the texts of other tasks' training sets; never of a test.
    at(
        "training_text",
        "train",
        "udpos",
        "panx",
        "squad_v1",
        "snli",
        languages=("en",),
    ),
    at("training_text", "train", "udpos"),
    at("udhr", "train", files("udhr/udhr_{language}.xml", "udhr_xml")),
)
