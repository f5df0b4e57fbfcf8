"""The brief as a PDF and as a page: both say the same, text stays text, and both can be read by everybody."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
import pytest

from domain.brief import NO_NUMBERS, NONE, Brief, Counted, Left, Line, Month, Numbers, Rows, months_up_to
from domain.errors import Malformed
from exchange.readers.boundaries import Boundaries, read_boundaries
from exchange.writers.brief import charts, maps
from exchange.writers.brief.blocks import Figure, Headline, Pages, Section, Table
from exchange.writers.brief.contents import pages_of
from exchange.writers.brief.page import write_page
from exchange.writers.brief.pdf import NoGlyph, write_pdf
from tests.briefs import MONTH, brief_of, numbers
from tests.fonts import font_with

LONG = "Autonomous Region of the Greater Eastern Highlands, Lakes and Plains of the Upper River Basin"
MARKUP = '#panic("x") [y] $z$ *b* _i_ `r` <b>&amp; \\ @ref'
ARABIC, CYRILLIC = "وادي الشمال", "Нижняя долина"
VOID = {"meta", "br", "link", "img"}


def squares_file(*codes: str) -> bytes:
    """Give a file with a row of invented units, each a square of one degree."""
    features = [
        {
            "type": "Feature",
            "properties": {"ADM1_PCODE": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
            },
        }
        for x, code in enumerate(codes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def squares(*codes: str) -> Boundaries:
    return read_boundaries(squares_file(*codes))


def nothing() -> Brief:
    """Give the brief of an organisation that has recorded nothing."""
    brief = brief_of(moved=0)
    none = Rows((), NO_NUMBERS)
    part = dataclasses.replace(
        brief.parts[0],
        headline=NO_NUMBERS,
        left=Left(0, 0, 0),
        groups=none,
        places=none,
        causes=none,
        months=tuple(Month(one, NO_NUMBERS, False) for one in months_up_to(MONTH)),
        spans=NO_NUMBERS,
        compared=(),
    )
    return dataclasses.replace(brief, parts=(part,), since=None, methods=(), breaks=())


CASES: dict[str, Brief] = {
    "nothing": nothing(),
    "little": brief_of(units=("Northern Hills",), causes=0, moved=0),
    "some": brief_of(points=True),
    "much": brief_of(units=[f"Unit {n}" for n in range(24)], causes=26, moved=40, points=True),
    "long names": brief_of(
        organisation=f"Consortium for the Documentation of Civilian Harm in the {LONG}",
        units=[f"{LONG} No. {n}" for n in range(24)],
        causes=26,
        moved=40,
    ),
    "two outcomes": brief_of(
        units=[f"{LONG} No. {n}" for n in range(24)],
        causes=26,
        moved=40,
        points=True,
        outcomes=("killed", "injured"),
    ),
}


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[Pages, bytes, str]]:
    """Every case with its sections, its PDF and its page."""
    found = {}
    for name, brief in CASES.items():
        pages = pages_of(brief)
        found[name] = (pages, write_pdf(pages), write_page(pages).decode())
    return found


def text_of(pdf: bytes) -> str:
    """Give the letters of a PDF without what separates them."""
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return "".join(read.split())


def fonts_of(pdf: bytes) -> Iterator[str]:
    """Give the names of the fonts of a PDF."""
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            yield str(font.get_object()["/BaseFont"])


def tables(pages: Pages) -> Iterator[Table]:
    yield from (block for section in pages.sections for block in section.blocks if isinstance(block, Table))


@pytest.mark.parametrize("case", CASES)
def test_a_brief_has_two_to_four_pages_whatever_is_recorded(
    made: dict[str, tuple[Pages, bytes, str]], case: str
) -> None:
    assert 2 <= len(pypdf.PdfReader(io.BytesIO(made[case][1])).pages) <= 4


@pytest.mark.parametrize("case", CASES)
def test_the_pdf_and_the_page_hold_every_cell_of_every_table(
    made: dict[str, tuple[Pages, bytes, str]], case: str
) -> None:
    pages, pdf, page = made[case]
    printed = text_of(pdf)
    cells = {cell for table in tables(pages) for row in table.rows for cell in row.cells}
    cells |= {
        block.value for section in pages.sections for block in section.blocks if isinstance(block, Headline)
    }
    cells |= {section.heading for section in pages.sections}
    assert cells
    for cell in cells:
        assert "".join(cell.split()) in printed, cell
        assert cell.replace("'", "&#x27;") in page, cell


def test_what_is_not_known_is_said_and_is_nowhere_nought(made: dict[str, tuple[Pages, bytes, str]]) -> None:
    pages, _, page = made["nothing"]
    headline = pages.sections[0].blocks[0]
    assert isinstance(headline, Headline)
    assert (headline.value, dict(headline.parts)["Verified"]) == ("not known", NONE)
    said = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "<table" not in said
    assert not re.search(r">0<", said)


def test_the_rows_by_sex_and_age_add_up_and_a_wider_sum_is_said() -> None:
    own = Numbers(Counted(30, 36, False, 4), (("pending", Counted(30, 36, False, 4)),))
    lines = tuple(Line(code, label, numbers(15, 20)) for code, label in (("a", "Women"), ("b", "Men")))
    part = dataclasses.replace(brief_of().parts[0], headline=own, groups=Rows(lines, own))
    pages = pages_of(dataclasses.replace(brief_of(), parts=(part,)))
    table = next(tables(pages))
    assert [row.cells[3] for row in table.rows] == ["15\u201320", "15\u201320", "30\u201340", "30\u201336"]
    assert [row.kind for row in table.rows] == ["row", "row", "sum", "total"]
    said = write_page(pages).decode()
    told = "The rows together give 30\u201340, the total by itself 30\u201336: sub-ranges are not additive"
    assert told in said


def test_contested_numbers_have_a_column_of_their_own_and_are_in_no_total() -> None:
    contested = Numbers(Counted(None, None, False, 0), (("contested", Counted(12, 40, False, 1)),))
    pages = pages_of(brief_of(unit_numbers=contested))
    table = next(one for one in tables(pages) if one.caption == "By first-level unit")
    assert table.columns[-1] == "Contested"
    assert table.rows[0].cells[2:] == (NONE, NONE, "not known", NONE, "12\u201340")
    assert table.rows[-1].cells[4] == "4\u20136"


def test_a_long_table_keeps_what_is_not_known_and_adds_the_smallest_rows() -> None:
    rows = brief_of(units=[f"Unit {n}" for n in range(24)]).parts[0].places
    folded = rows.folded(10)
    assert len(folded) == 10
    assert [line.label for line in folded[-2:]] == [
        "16 others together",
        "Place not known, or in several units",
    ]
    assert Rows(folded, rows.total).sum == rows.sum
    assert rows.folded(25) == rows.lines


def test_the_same_brief_gives_the_same_bytes_and_carries_the_date_of_the_log(
    monkeypatch: pytest.MonkeyPatch, made: dict[str, tuple[Pages, bytes, str]]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    pages = pages_of(CASES["some"])
    assert pages == made["some"][0]
    assert write_pdf(pages) == made["some"][1]
    assert write_page(pages).decode() == made["some"][2]
    bounded = pages_of(CASES["some"], squares("XA01", "XA02"))
    assert bounded == pages_of(CASES["some"], squares("XA01", "XA02"))
    about = pypdf.PdfReader(io.BytesIO(made["some"][1])).metadata
    assert about is not None
    assert str(about["/CreationDate"]).startswith("D:20260210")
    assert about.title == "Test Recorder: January 2026"


def test_text_of_the_record_is_never_read_as_markup() -> None:
    pages = pages_of(brief_of(organisation=MARKUP, units=(MARKUP, f"{MARKUP} 2")))
    printed, page = text_of(write_pdf(pages)), write_page(pages).decode()
    assert printed.count("".join(MARKUP.split())) >= 4
    assert "<b>" not in page
    assert page.count("#panic(&quot;x&quot;) [y] $z$ *b* _i_ `r` &lt;b&gt;&amp;amp; \\ @ref") >= 4


def test_arabic_and_cyrillic_names_are_set_and_a_letter_without_a_font_is_an_error() -> None:
    pages = pages_of(brief_of(organisation=CYRILLIC, units=(ARABIC, CYRILLIC)))
    printed = text_of(write_pdf(pages))
    assert "".join(CYRILLIC.split()) in printed
    assert set(ARABIC) - {" "} <= set(printed)
    assert f"<bdi>{ARABIC}</bdi>" in write_page(pages).decode()
    with pytest.raises(NoGlyph, match=r"CJK UNIFIED IDEOGRAPH-4E2D \(U\+4E2D\)"):
        write_pdf(pages_of(brief_of(units=("中", "Harbour Coast"))))


def test_a_script_whose_shaping_leaves_no_way_back_is_set_to_the_lesser_standard() -> None:
    word = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20">{}</text></svg>'
    pages = pages_of(nothing())

    def with_picture_of(text: str) -> bytes:
        section = Section("A word", (Figure(word.format(text), "A word in a picture.", "A word.", 90),))
        return write_pdf(dataclasses.replace(pages, sections=(section,)))

    assert b"<pdfuaid:part>1</pdfuaid:part>" in with_picture_of("Harbour")
    lesser = with_picture_of("हिन्दी")
    assert b"pdfuaid" not in lesser
    assert b"<pdfaid:part>2</pdfaid:part>" in lesser


def test_a_folder_of_fonts_gives_the_letters_that_are_missing(tmp_path: Path) -> None:
    pages = pages_of(brief_of(units=("中", "Harbour Coast")))
    (tmp_path / "one.ttf").write_bytes(font_with("中"))
    assert "中" in text_of(write_pdf(pages, (tmp_path,)))


def test_a_font_of_the_folder_goes_before_those_that_are_built_in(tmp_path: Path) -> None:
    pages = pages_of(brief_of(units=("ش", "Harbour Coast")))
    (tmp_path / "one.ttf").write_bytes(font_with("ش", "Better Letters"))
    assert any("BetterLetters" in name for name in fonts_of(write_pdf(pages, (tmp_path,))))
    assert not any("BetterLetters" in name for name in fonts_of(write_pdf(pages)))


class Reading(HTMLParser):
    """What a test needs to know of a page: its tags in order, and that each is closed where it must be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("case", CASES)
def test_the_page_is_whole_and_can_be_read_without_seeing_it(
    made: dict[str, tuple[Pages, bytes, str]], case: str
) -> None:
    found = Reading(made[case][2])
    assert found.open == []
    assert found.of("html") == [{"lang": "en"}]
    assert len(found.of("h1")) == len(found.of("main")) == 1
    assert {name for name, _ in found.tags if re.fullmatch(r"h[1-6]", name)} == {"h1", "h2"}
    assert all(one.get("scope") in ("col", "row") for one in found.of("th"))
    assert len(found.of("caption")) == len(found.of("table"))
    for picture in found.of("svg"):
        assert picture["role"] == "img"
        assert len(picture["aria-label"]) > 40
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("case", CASES)
def test_the_page_runs_nothing_and_asks_nothing_of_elsewhere(
    made: dict[str, tuple[Pages, bytes, str]], case: str
) -> None:
    page = made[case][2]
    found = Reading(page)
    assert not {name for name, _ in found.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "base",
        "form",
    }
    for _, attributes in found.tags:
        assert not {name for name in attributes if name.startswith("on")}
        assert not {"src", "href", "xlink:href", "action", "data", "srcset"} & set(attributes)
    assert set(re.findall(r"\w+://[^\s\"'<]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {
        f"#{one}" for one in re.findall(r'id="([^"]*)"', page)
    }
    assert "@import" not in page


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2 counts it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_colours_are_told_apart_in_grey_and_words_stand_out(
    made: dict[str, tuple[Pages, bytes, str]],
) -> None:
    style = dict(re.findall(r"--(\w+): (#\w{6})", made["some"][2]))
    for words in ("ink", "pale", "blue"):
        for paper in ("#ffffff", style["soft"]):
            assert contrast(style[words], paper) >= 4.5, words
    assert contrast(charts.VERIFIED, charts.PENDING) >= 3
    for lighter, darker in zip(maps.SHADES, maps.SHADES[1:], strict=False):
        assert contrast(lighter, darker) >= 1.2
    for shade in maps.SHADES:
        assert max(contrast(shade, charts.INK), contrast(shade, "#ffffff")) >= 4.5


def test_white_is_not_known_and_nought_is_in_the_legend_only_where_it_is() -> None:
    lines = [Line(f"XA0{n}", f"Unit {n}", numbers(n * 4, n * 4 + 2)) for n in (1, 2, 3)]
    svg = maps.coloured(lines, squares("XA01", "XA02", "XA03", "XA04"))
    fills = re.findall(r'<path [^>]*d="M[^"]*Z" fill="(#\w{6})"', svg)[:4]
    assert [fill == "#ffffff" for fill in fills] == [False, False, False, True]
    assert ">not known<" in svg
    assert ">0<" not in svg
    assert [label for label, _, _ in maps.classes_of([0, 3, 40])] == ["0", "1\u201319", "20 and more"]
    assert [label for label, _, _ in maps.classes_of([3, 40])] == ["1\u201319", "20 and more"]
    assert maps.classes_of([]) == []
    many = maps.classes_of(range(1, 90_000, 7))
    assert len(many) <= len(maps.SHADES)
    assert len({shade for _, _, shade in many}) == len(many)


def test_a_map_draws_what_was_given_and_says_what_it_lacks() -> None:
    brief = brief_of(units=("One", "Two", "Three"))
    given = pages_of(brief, squares("XA01", "XA02", "XA09"))
    figure = next(one for one in given.sections[2].blocks if isinstance(one, Figure))
    assert "Boundaries as given by the organisation." in figure.caption
    assert "in the table only: XA03." in figure.caption
    assert re.findall(r">(XA\d\d)<", figure.svg) == ["XA01", "XA02"]
    without = next(one for one in pages_of(brief).sections[2].blocks if isinstance(one, Figure))
    assert "mark on it to the high" in without.caption
    points = next(
        one
        for one in pages_of(brief_of(units=("One", "Two", "Three"), points=True)).sections[2].blocks
        if isinstance(one, Figure)
    )
    assert "No boundaries are drawn" in points.caption
    assert sorted(re.findall(r">(XA\d\d)<", points.svg)) == ["XA01", "XA02", "XA03"]


def test_labels_of_a_crowded_map_never_lie_on_each_other() -> None:
    lines = [
        Line(f"XA{n:02d}", f"Unit {n}", numbers(9 + n), (30 + n % 5 * 0.2, 40 + n // 5 * 0.2, "Town"))
        for n in range(24)
    ]
    svg = maps.circles(lines)
    found = re.findall(r'transform="translate\(([\d.]+),([\d.]+)\)"[^>]*>(XA\d\d)<', svg)
    assert found
    boxes = [(float(x), float(y)) for x, y, _ in found]
    for place, (x, y) in enumerate(boxes):
        for left, top in boxes[place + 1 :]:
            assert abs(x - left) >= 18 or abs(y - top) >= 9


def test_the_trend_marks_breaks_and_says_which_month_is_provisional_or_not_known() -> None:
    brief = brief_of()
    months = (Month("2025-02", NO_NUMBERS, False), *brief.parts[0].months[1:])
    svg = charts.trend(months, brief.breaks)
    assert svg.count(">not known<") == 1
    assert ">A<" in svg
    assert re.findall(r">(\w{3})\*<", svg) == ["Dec", "Jan"]
    part = dataclasses.replace(brief.parts[0], months=months)
    pages = pages_of(dataclasses.replace(brief, parts=(part,)))
    figure = pages.sections[1].blocks[0]
    assert isinstance(figure, Figure)
    assert (
        "A: on 2025-09-04 the policy two-independent 1 was chosen in place of reported-range 2."
        in figure.caption
    )
    assert "February 2025 not known" in figure.alt
    assert "January 2026 verified 11, pending 20\u201336 (provisional)" in figure.alt


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"{}",
        b"[1]",
        b'{"type":"FeatureCollection","features":[]}',
        b'{"features":[1]}',
        b'{"features":[{"properties":{"name":"x"},"geometry":null}]}',
        b'{"features":[{"properties":{"pcode":"X"},"geometry":null}]}',
        b'{"features":[{"properties":{"pcode":3},"geometry":null}]}',
        b'{"features":[{"properties":{"pcode":"X"},"geometry":{"type":"Point","coordinates":[1,2]}}]}',
        b'{"features":[{"properties":{"pcode":"X"},"geometry":{"type":"Polygon","coordinates":[[[999,2]]]}}]}',
        b'{"features":[{"properties":{"pcode":"X"},"geometry":{"type":"Polygon","coordinates":[]}}]}',
    ],
)
def test_what_is_no_file_of_boundaries_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        read_boundaries(content)
    assert refused.value.faults[0].pointer == "boundaries"


def test_a_unit_that_is_there_twice_is_refused_and_a_named_property_is_taken() -> None:
    ring: Any = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    feature = {
        "properties": {"pcode": "X", "mine": "Y"},
        "geometry": {"type": "Polygon", "coordinates": ring},
    }
    twice = json.dumps({"features": [feature, feature]}).encode()
    with pytest.raises(Malformed):
        read_boundaries(twice)
    once = json.dumps({"features": [feature]}).encode()
    assert list(read_boundaries(b"\xef\xbb\xbf" + once).units) == ["X"]
    assert list(read_boundaries(once, "mine").units) == ["Y"]
