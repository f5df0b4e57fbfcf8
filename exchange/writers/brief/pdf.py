"""The brief as a PDF, set by typst: tagged for screen readers (PDF/UA-1) and to be kept (PDF/A-2a).

What is said goes to the template as data and never into its source, so that no text of the record can run
as typst's markup. Both standards demand a glyph for every letter, and so a letter that no font
has is an error with its name, and no empty box.
"""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from importlib import resources
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exchange.writers.brief.blocks import Addresses, Block, Figure, Headline, Listing, Pages, Paragraph, Table

if TYPE_CHECKING:
    from typst import Fonts, PDFStandard

STANDARDS: tuple[list[PDFStandard], ...] = (["a-2a", "ua-1"], ["a-2b"])
"""What a PDF is made to; the second where a script's shaping leaves no way back to its letters."""
MOST_PAGES = 4
SIZES = (9.5, 9.0, 8.5, 8.0)
"""Sizes of the text in points, the first at which the brief fits its pages; below the last nobody reads."""
_KINDS = {
    Paragraph: "paragraph",
    Headline: "headline",
    Table: "table",
    Figure: "figure",
    Listing: "listing",
    Addresses: "addresses",
}
_NO_GLYPH = re.compile(r'the text `"(.*)"` could not be displayed', re.DOTALL)


class NoGlyph(Exception):
    """No font has a letter; ``letter`` is it, ``name`` what Unicode calls it."""

    def __init__(self, text: str) -> None:
        self.letter = next((one for one in text if ord(one) > 127), text[:1] or "\ufffd")
        self.name = unicodedata.name(self.letter, "a character without a name")
        super().__init__(f"No font has {self.name} (U+{ord(self.letter):04X}).")


def write_pdf(pages: Pages, fonts: Sequence[Path] = ()) -> bytes:
    """Give the PDF. Its only date is the log's, so the same pages give the same bytes.

    ``fonts`` are folders with fonts for letters that typst's own do not have; those of the machine are not
    looked at. Raises NoGlyph for a letter that no font has.
    """
    return _compiled(pages, fonts, "pdf")[0]


def write_pictures(pages: Pages, fonts: Sequence[Path] = (), ppi: float = 110) -> list[bytes]:
    """Give each page as a PNG, to look at."""
    return _compiled(pages, fonts, "png", ppi)


def _compiled(pages: Pages, fonts: Sequence[Path], format: Any, ppi: float | None = None) -> list[bytes]:
    import typst

    at = datetime.fromisoformat(pages.at)
    source = resources.files(__package__).joinpath("brief.typ").read_bytes()
    said = json.dumps(_data(pages, at))
    looked = typst.Fonts(include_system_fonts=False, font_paths=[str(one) for one in fonts])
    inputs = _fitted(source, said, looked)
    failed: typst.TypstError | None = None
    for standards in STANDARDS:
        try:
            made: Any = typst.compile(
                source,
                font_paths=looked,
                format=format,
                ppi=ppi,
                sys_inputs=inputs,
                pdf_standards=standards if format == "pdf" else [],
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            failed = failed or error
            found = _NO_GLYPH.search(error.message)
            if found is not None:
                raise NoGlyph(found[1]) from error
        else:
            return list(made) if isinstance(made, list) else [made]
    assert failed is not None
    raise failed


def _fitted(source: bytes, said: str, fonts: Fonts) -> dict[str, str]:
    """Give the template's inputs with the size of text at which the brief fits its pages."""
    import typst

    families = sorted({font.family for font in fonts.fonts() if font.path is not None})
    always = {"brief": said, "families": json.dumps(families), "turned": "no"}
    inputs = always
    for size in SIZES:
        inputs = {**always, "size": str(size)}
        found = typst.query(source, "<pages>", field="value", one=True, font_paths=fonts, sys_inputs=inputs)
        if int(found) == 1:
            return {**inputs, "turned": "yes"}
        if int(found) <= MOST_PAGES:
            break
    return inputs


def _data(pages: Pages, at: datetime) -> dict[str, Any]:
    return {
        "organisation": pages.organisation,
        "title": pages.title,
        "subtitle": pages.subtitle,
        "citation": pages.citation,
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "sections": [
            {
                "heading": section.heading,
                "turns": section.turns,
                "blocks": [
                    _block(one, before=after)
                    for one, after in zip_longest(section.blocks, section.blocks[1:])
                ],
            }
            for section in pages.sections
        ],
    }


def _block(block: Block, before: Block | None) -> dict[str, Any]:
    found = {"kind": _KINDS[type(block)], **dataclasses.asdict(block)}
    if isinstance(block, Paragraph):
        found["leads"] = isinstance(before, Table)
    if isinstance(block, Table):
        sums = any(row.kind == "sum" for row in block.rows)
        # A rule stands above the sums: above the total where it is the only one.
        found["rows"] = [{**row, "first": not sums} for row in found["rows"]]
    return found
