"""Every natural language that some task or corpus here has, one row each.

Codes are those of XTREME. A macrolanguage's row names the individual language that the data are in
(``zh`` is Mandarin, ``cmn``), because that is what typological databases describe. Families and
branches are the families and genera of WALS, with the families' modern names. A language is added
as one row; its other spellings, if any, in ``isthmus.languages.upstream``.
"""

from __future__ import annotations

from isthmus.errors import StudyError, suggest
from isthmus.languages.language import Language
from isthmus.languages.upstream import from_upstream


def _row(
    code: str, name: str, script: str, descent: str, iso639_3: str, glottocode: str
) -> Language:
    """A language from its row; ``descent`` is ``family`` or ``family/branch``."""
    family, _, branch = descent.partition("/")
    return Language(
        code=code,
        name=name,
        script=script,
        family=family,
        branch=branch,
        iso639_3=iso639_3,
        glottocode=glottocode,
        spaced=script not in ("Hans", "Jpan", "Mymr", "Thai"),
    )


LANGUAGES: tuple[Language, ...] = (
    # The 40 languages of XTREME.
    _row("af", "Afrikaans", "Latn", "Indo-European/Germanic", "afr", "afri1274"),
    _row("ar", "Arabic", "Arab", "Afro-Asiatic/Semitic", "arb", "stan1318"),
    _row("bg", "Bulgarian", "Cyrl", "Indo-European/Slavic", "bul", "bulg1262"),
    _row("bn", "Bengali", "Beng", "Indo-European/Indic", "ben", "beng1280"),
    _row("de", "German", "Latn", "Indo-European/Germanic", "deu", "stan1295"),
    _row("el", "Greek", "Grek", "Indo-European/Greek", "ell", "mode1248"),
    _row("en", "English", "Latn", "Indo-European/Germanic", "eng", "stan1293"),
    _row("es", "Spanish", "Latn", "Indo-European/Romance", "spa", "stan1288"),
    _row("et", "Estonian", "Latn", "Uralic/Finnic", "ekk", "esto1258"),
    _row("eu", "Basque", "Latn", "Basque", "eus", "basq1248"),
    _row("fa", "Persian", "Arab", "Indo-European/Iranian", "pes", "west2369"),
    _row("fi", "Finnish", "Latn", "Uralic/Finnic", "fin", "finn1318"),
    _row("fr", "French", "Latn", "Indo-European/Romance", "fra", "stan1290"),
    _row("he", "Hebrew", "Hebr", "Afro-Asiatic/Semitic", "heb", "hebr1245"),
    _row("hi", "Hindi", "Deva", "Indo-European/Indic", "hin", "hind1269"),
    _row("hu", "Hungarian", "Latn", "Uralic/Ugric", "hun", "hung1274"),
    _row("id", "Indonesian", "Latn", "Austronesian/Malayo-Sumbawan", "ind", "indo1316"),
    _row("it", "Italian", "Latn", "Indo-European/Romance", "ita", "ital1282"),
    _row("ja", "Japanese", "Jpan", "Japonic", "jpn", "nucl1643"),
    _row("jv", "Javanese", "Latn", "Austronesian/Javanese", "jav", "java1254"),
    _row("ka", "Georgian", "Geor", "Kartvelian", "kat", "nucl1302"),
    _row("kk", "Kazakh", "Cyrl", "Turkic", "kaz", "kaza1248"),
    _row("ko", "Korean", "Hang", "Koreanic", "kor", "kore1280"),
    _row("ml", "Malayalam", "Mlym", "Dravidian", "mal", "mala1464"),
    _row("mr", "Marathi", "Deva", "Indo-European/Indic", "mar", "mara1378"),
    _row("ms", "Malay", "Latn", "Austronesian/Malayo-Sumbawan", "zsm", "stan1306"),
    _row("my", "Burmese", "Mymr", "Sino-Tibetan/Burmese-Lolo", "mya", "nucl1310"),
    _row("nl", "Dutch", "Latn", "Indo-European/Germanic", "nld", "dutc1256"),
    _row("pt", "Portuguese", "Latn", "Indo-European/Romance", "por", "port1283"),
    _row("ru", "Russian", "Cyrl", "Indo-European/Slavic", "rus", "russ1263"),
    _row("sw", "Swahili", "Latn", "Niger-Congo/Bantu", "swh", "swah1253"),
    _row("ta", "Tamil", "Taml", "Dravidian", "tam", "tami1289"),
    _row("te", "Telugu", "Telu", "Dravidian", "tel", "telu1262"),
    _row("th", "Thai", "Thai", "Kra-Dai/Kam-Tai", "tha", "thai1261"),
    _row("tl", "Tagalog", "Latn", "Austronesian/Greater Central Philippine", "tgl", "taga1270"),
    _row("tr", "Turkish", "Latn", "Turkic", "tur", "nucl1301"),
    _row("ur", "Urdu", "Arab", "Indo-European/Indic", "urd", "urdu1245"),
    _row("vi", "Vietnamese", "Latn", "Austro-Asiatic/Vietic", "vie", "viet1252"),
    _row("yo", "Yoruba", "Latn", "Niger-Congo/Defoid", "yor", "yoru1245"),
    _row("zh", "Chinese", "Hans", "Sino-Tibetan/Chinese", "cmn", "mand1415"),
    # Those of the other tasks and corpora.
    _row("ay", "Aymara", "Latn", "Aymaran", "ayr", "cent2142"),
    _row("az", "Azerbaijani", "Latn", "Turkic", "azj", "nort2697"),
    _row("bbj", "Ghomala", "Latn", "Niger-Congo", "bbj", "ghom1247"),
    _row("bm", "Bambara", "Latn", "Mande/Western Mande", "bam", "bamb1269"),
    _row("bzd", "Bribri", "Latn", "Chibchan/Western Isthmic Chibchan", "bzd", "brib1243"),
    _row("ca", "Catalan", "Latn", "Indo-European/Romance", "cat", "stan1289"),
    _row("ceb", "Cebuano", "Latn", "Austronesian/Greater Central Philippine", "ceb", "cebu1242"),
    _row("cni", "Ashaninka", "Latn", "Arawakan", "cni", "asha1243"),
    _row("cy", "Welsh", "Latn", "Indo-European/Celtic", "cym", "wels1247"),
    _row("da", "Danish", "Latn", "Indo-European/Germanic", "dan", "dani1285"),
    _row("ee", "Ewe", "Latn", "Niger-Congo/Gbe", "ewe", "ewee1241"),
    _row("eo", "Esperanto", "Latn", "Constructed", "epo", "espe1235"),
    _row("fon", "Fon", "Latn", "Niger-Congo/Gbe", "fon", "fonn1241"),
    _row("gn", "Guarani", "Latn", "Tupian/Maweti-Guarani", "gug", "para1311"),
    _row("gu", "Gujarati", "Gujr", "Indo-European/Indic", "guj", "guja1252"),
    _row("ha", "Hausa", "Latn", "Afro-Asiatic/West Chadic", "hau", "haus1257"),
    _row("hch", "Wixarika", "Latn", "Uto-Aztecan/Corachol", "hch", "huic1243"),
    _row("hr", "Croatian", "Latn", "Indo-European/Slavic", "hrv", "croa1245"),
    _row("ht", "Haitian Creole", "Latn", "Creole", "hat", "hait1244"),
    _row("ig", "Igbo", "Latn", "Niger-Congo/Igboid", "ibo", "nucl1417"),
    _row("la", "Latin", "Latn", "Indo-European", "lat", "lati1261"),
    _row("lg", "Luganda", "Latn", "Niger-Congo/Bantu", "lug", "gand1255"),
    _row("lt", "Lithuanian", "Latn", "Indo-European/Baltic", "lit", "lith1251"),
    _row("luo", "Luo", "Latn", "Eastern Sudanic/Western Nilotic", "luo", "luok1236"),
    _row("mos", "Mossi", "Latn", "Niger-Congo/Oti-Volta", "mos", "moss1236"),
    # AmericasNLI's Nahuatl mixes variants; the largest one stands for them.
    _row("nah", "Nahuatl", "Latn", "Uto-Aztecan", "nhe", "east2538"),
    _row("ny", "Chichewa", "Latn", "Niger-Congo/Bantu", "nya", "nyan1308"),
    _row("oto", "Otomi", "Latn", "Oto-Manguean/Otomian", "ote", "mezq1235"),
    _row("pcm", "Nigerian Pidgin", "Latn", "Creole", "pcm", "nige1257"),
    _row("pl", "Polish", "Latn", "Indo-European/Slavic", "pol", "poli1260"),
    # Southern Quechua: XCOPA's is of Apurimac, the UDHR's of Cusco, which databases describe.
    _row("qu", "Quechua (Southern)", "Latn", "Quechuan", "quz", "cusc1236"),
    _row("quy", "Quechua (Ayacucho)", "Latn", "Quechuan", "quy", "ayac1239"),
    _row("rw", "Kinyarwanda", "Latn", "Niger-Congo/Bantu", "kin", "kiny1244"),
    _row("shp", "Shipibo-Konibo", "Latn", "Pano-Tacanan/Panoan", "shp", "ship1254"),
    _row("sk", "Slovak", "Latn", "Indo-European/Slavic", "slk", "slov1269"),
    _row("sn", "Shona", "Latn", "Niger-Congo/Bantu", "sna", "shon1251"),
    _row("sr", "Serbian", "Latn", "Indo-European/Slavic", "srp", "serb1264"),
    _row("sv", "Swedish", "Latn", "Indo-European/Germanic", "swe", "swed1254"),
    _row("tar", "Raramuri", "Latn", "Uto-Aztecan/Tarahumaran", "tar", "cent2131"),
    _row("tn", "Tswana", "Latn", "Niger-Congo/Bantu", "tsn", "tswa1253"),
    _row("tt", "Tatar", "Cyrl", "Turkic", "tat", "tata1255"),
    _row("tw", "Twi", "Latn", "Niger-Congo", "twi", "twii1234"),
    _row("uk", "Ukrainian", "Cyrl", "Indo-European/Slavic", "ukr", "ukra1253"),
    _row("wo", "Wolof", "Latn", "Niger-Congo/Wolof", "wol", "nucl1347"),
    _row("xh", "Xhosa", "Latn", "Niger-Congo/Bantu", "xho", "xhos1239"),
    _row("zu", "Zulu", "Latn", "Niger-Congo/Bantu", "zul", "zulu1248"),
)


def language(code: str) -> Language:
    """The language of a code.

    Raises:
        StudyError: The code has no row. The message names the code that was probably meant: that
            of an upstream spelling (``deu``), of an English name (``German``), else the nearest.
    """
    by_code = {row.code: row for row in LANGUAGES}
    if code in by_code:
        return by_code[code]
    meant = from_upstream(code, LANGUAGES)
    hint = f" Did you mean {meant.code!r}?" if meant is not None else suggest(code, by_code)
    raise StudyError(
        f"language {code!r} is not known.{hint} `isthmus languages` lists every code; "
        "a new one is a row in isthmus/languages/table.py."
    )


def codes(written: str) -> tuple[str, ...]:
    """The codes in a string such as ``"ar bg de"``, in its order, each checked against the table.

    Raises:
        StudyError: A code has no row, or stands twice.
    """
    found = tuple(language(code).code for code in written.split())
    repeated = [code for i, code in enumerate(found) if code in found[:i]]
    if repeated:
        raise StudyError(f"language {repeated[0]!r} is listed twice in {written!r}; remove one.")
    return found
