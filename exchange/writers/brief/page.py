"""The brief as one web page: style and pictures inside it, no script, and nothing asked for elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib import resources

from exchange.writers.brief.blocks import (
    Addresses,
    Block,
    Figure,
    Headline,
    Listing,
    Pages,
    Paragraph,
    Section,
    Table,
)

_SMALL = ' class="small"'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_ID = re.compile(r'(\bid="|\burl\(#|\bhref="#)')
# What HTML cannot hold, though a text of the record may.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def write_page(pages: Pages) -> bytes:
    """Give the page in UTF-8; the same pages give the same bytes."""
    style = resources.files(__package__).joinpath("brief.css").read_text("utf-8")
    title = _text(f"{pages.organisation}: {pages.title}")
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        # Nothing is loaded, whatever a text should turn out to be.
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{title}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<header>",
        f'<p class="organisation"><bdi>{_text(pages.organisation)}</bdi></p>',
        f"<h1>{_text(pages.title)}</h1>",
        f'<p class="subtitle">{_text(pages.subtitle)}</p>',
        "</header>",
        "<main>",
        *(line for number, one in enumerate(pages.sections) for line in _section(one, number)),
        "</main>",
        f"<footer><p>{_text(pages.citation)}</p></footer>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _text(said: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", said))


def _section(section: Section, number: int) -> Iterable[str]:
    yield f'<section aria-labelledby="s{number}">'
    yield f'<h2 id="s{number}">{_text(section.heading)}</h2>'
    for place, one in enumerate(section.blocks):
        yield from _block(one, f"s{number}b{place}")
    yield "</section>"


def _block(block: Block, name: str) -> Iterable[str]:
    match block:
        case Paragraph():
            yield f"<p{_SMALL if block.small else ''}>{_text(block.text)}</p>"
        case Headline():
            yield from _headline(block)
        case Table():
            yield from _table(block)
        case Figure():
            yield from _figure(block, name)
        case Listing():
            yield "<ul>"
            yield from (f"<li>{_text(item)}</li>" for item in block.items)
            yield "</ul>"
        case Addresses():
            yield '<dl class="addresses">'
            for said, address in block.items:
                yield f"<dt>{_text(said)}</dt><dd><code>{_text(address)}</code></dd>"
            yield "</dl>"


def _headline(block: Headline) -> Iterable[str]:
    yield '<div class="headline">'
    yield f"<p>{_text(block.label)}</p>"
    yield f'<p class="value">{_text(block.value)}</p>'
    yield "<dl>"
    for said, value in block.parts:
        yield f"<div><dt>{_text(said)}</dt><dd>{_text(value)}</dd></div>"
    yield "</dl>"
    yield "</div>"


def _table(block: Table) -> Iterable[str]:
    # The column that names a row: the last of those in words that lead the table, else the first.
    named = 1 if block.words == (0, 1) else 0
    yield f'<div class="scrolled" tabindex="0" role="group" aria-label="{_text(block.caption)}">'
    yield "<table>"
    yield f"<caption>{_text(block.caption)}</caption>"
    heads = (
        f'<th scope="col"{_side(block, column)}>{_text(said)}</th>'
        for column, said in enumerate(block.columns)
    )
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    sums = any(row.kind == "sum" for row in block.rows)
    for row in block.rows:
        ruled = row.kind == "sum" or (row.kind == "total" and not sums)
        kinds = " ".join([*([row.kind] if row.kind != "row" else []), *(["line"] if ruled else [])])
        cells = (
            f'<th scope="row"{_side(block, column)}><bdi>{_text(said)}</bdi></th>'
            if column == named
            else f"<td{_side(block, column)}>{_text(said)}</td>"
            for column, said in enumerate(row.cells)
        )
        opened = f'<tr class="{kinds}">' if kinds else "<tr>"
        yield f"{opened}{''.join(cells)}</tr>"
    yield "</tbody>"
    yield "</table>"
    yield "</div>"


def _side(block: Table, column: int) -> str:
    if column not in block.words:
        return ""
    # Codes and months are short and stay on one line.
    short = column < len(block.words) - 3 or (block.words == (0, 1) and column == 0)
    return f' class="words{" code" if short else ""}"'


def _figure(block: Figure, name: str) -> Iterable[str]:
    # Several pictures share the page: what one names inside itself must not name another's.
    svg = _ID.sub(lambda found: f"{found[1]}{name}-", block.svg)
    # Shown larger than on paper, where its letters are as small as those of a note.
    size = f'style="max-width: {block.width * 1.7:.0f}px" '
    opened = svg.replace("<svg ", f'<svg role="img" aria-label="{_text(block.alt)}" {size}', 1)
    yield "<figure>"
    yield f'<div class="scrolled" tabindex="0" role="group" aria-label="Picture">{opened}</div>'
    yield f"<figcaption>{_text(block.caption)}</figcaption>"
    yield "</figure>"
