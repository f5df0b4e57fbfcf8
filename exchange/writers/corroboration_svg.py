"""A picture of who is behind what is said: reports on the left, the roots they rest on on the right.

Sides are told apart by colour, by the dashes of the lines and by a letter, so that the picture is read
without colour as well. It is plain SVG with a title and a description for screen readers, and needs nothing
from elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

WIDTH = 1180
"""Width of the picture in its own units; it scales to wherever it is shown."""
_MARGIN, _TOP, _BOX, _GAP, _LETTER = 24, 24, 38, 10, 22
_COLUMN = 330
_LINE = 20
_FONT = "'DejaVu Sans', 'Noto Sans', Arial, sans-serif"
_INK, _PALE, _PAPER = "#1a1a1a", "#555555", "#ffffff"
# Colours that stay apart for the colour-blind (Okabe and Ito, 2008), each with dashes of its own.
_STYLES = (
    ("#0072b2", ""),
    ("#d55e00", "9 4"),
    ("#009e73", "2 4"),
    ("#8f3f71", "12 4 2 4"),
    ("#b8860b", "5 5"),
)
_NEUTRAL = ("#555555", "1 3")
# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A report, or a root where ``standing`` is given (named, unnamed, unknown), with its side if any."""

    id: str
    label: str
    detail: str
    standing: str | None = None
    side: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one claim: ids of nodes from its report to a root; ``stated``: no citation leads there."""

    claim: str
    path: tuple[str, ...]
    stated: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: the incident's title, the sentence and remarks, the nodes, the ways between them."""

    title: str
    sentence: str
    remarks: tuple[str, ...]
    nodes: tuple[Node, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    x: int
    y: int


def draw(drawing: Drawing) -> bytes:
    """Give the picture as an SVG document in UTF-8."""
    nodes = {node.id: node for node in drawing.nodes}
    columns = _columns(drawing.ways, nodes)
    head = _TOP + _LINE * (3 + len(drawing.remarks)) + 12
    rows = max((len(column) for column in columns), default=1)
    body = max(rows, 1) * (_BOX + _GAP)
    sides = sorted({node.side for node in nodes.values() if node.side is not None})
    legend = _LINE * (len(sides) + 5)
    height = head + body + legend + _MARGIN
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "role": "img",
            "aria-labelledby": "title description",
            "font-family": _FONT,
            "font-size": "13",
        },
    )
    _element(svg, "title", {"id": "title"}, f"Who is behind what is said: {drawing.title}")
    _element(svg, "desc", {"id": "description"}, _description(drawing, nodes))
    _element(svg, "rect", {"width": str(WIDTH), "height": str(height), "fill": _PAPER})
    _words(svg, _MARGIN, _TOP + 12, _cut(drawing.title, WIDTH - 2 * _MARGIN, 17), size=17, weight="bold")
    _words(svg, _MARGIN, _TOP + 12 + _LINE + 4, _cut(drawing.sentence, WIDTH - 2 * _MARGIN, 14), size=14)
    for number, remark in enumerate(drawing.remarks):
        y = _TOP + 12 + _LINE * (number + 2) + 4
        _words(svg, _MARGIN, y, _cut(remark, WIDTH - 2 * _MARGIN, 12), size=12, ink=_PALE)
    places = _places(columns, head, body)
    styles = {side: _STYLES[number % len(_STYLES)] for number, side in enumerate(sides)}
    letters = {side: _letter(number) for number, side in enumerate(sides)}
    ways = _element(svg, "g", {"fill": "none", "stroke-width": "1.6"})
    lanes = _lanes(columns, head, body)
    for start, end, side, stated in _lines(drawing.ways, nodes):
        apart = 3 * (sides.index(side) + 1 if side is not None else 0)
        way = _way(places[start], places[end], lanes, apart)
        _line(ways, way, *_style(side, styles), stated=stated)
    for id, place in places.items():
        _box(svg, nodes[id], place, styles, letters)
    _legend(svg, head + body + 8, sides, styles, letters)
    document: bytes = ET.tostring(svg, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _columns(ways: Sequence[Way], nodes: dict[str, Node]) -> list[list[str]]:
    """Give the nodes column by column: reports with claims left, roots right, what lies between by depth."""
    depth: dict[str, int] = {}
    for way in ways:
        for place, id in enumerate(way.path[:-1]):
            depth[id] = max(depth.get(id, 0), min(place, 1))
    for way in ways:
        depth[way.path[0]] = 0
    roots = list(dict.fromkeys(way.path[-1] for way in ways))
    roots.sort(key=lambda id: (nodes[id].side is None, nodes[id].side or "", nodes[id].label, id))
    rank = {id: place for place, id in enumerate(roots)}
    between = list(dict.fromkeys(id for way in ways for id in way.path[1:-1] if depth[id]))

    def leads_to(id: str) -> tuple[float, str, str]:
        own = [rank[way.path[-1]] for way in ways if id in way.path]
        return sum(own) / len(own), nodes[id].label, id

    between.sort(key=leads_to)
    first = sorted({id for id, at in depth.items() if not at}, key=leads_to)
    return [first, between, roots] if between else [first, roots]


def _places(columns: Sequence[Sequence[str]], head: int, body: int) -> dict[str, _Place]:
    """Give where each node's box begins: columns spread over the width, each centred in the height."""
    places = {}
    for number, column in enumerate(columns):
        free = WIDTH - 2 * _MARGIN - _COLUMN
        x = _MARGIN + (free * number // (len(columns) - 1) if len(columns) > 1 else 0)
        step = body / max(len(column), 1)
        for row, id in enumerate(column):
            places[id] = _Place(x, round(head + step * row + (step - _BOX) / 2))
    return places


def _lines(ways: Iterable[Way], nodes: dict[str, Node]) -> list[tuple[str, str, str | None, bool]]:
    """Give each line once: from, to, the side it leads to (the sides of several are drawn one each)."""
    found = {}
    for way in ways:
        side = nodes[way.path[-1]].side
        for start, end in pairwise(way.path):
            if start != end:
                found[start, end, side] = way.stated and end == way.path[-1]
    return [(start, end, side, stated) for (start, end, side), stated in found.items()]


def _lanes(columns: Sequence[Sequence[str]], head: int, body: int) -> list[int]:
    """Give where a line passes a middle column: between its boxes, so that it does not seem to touch them."""
    if len(columns) < 3:
        return []
    boxes = len(columns[1])
    return [head + round(body * place / boxes) for place in range(boxes + 1)]


def _way(start: _Place, end: _Place, lanes: Sequence[int], apart: int) -> str:
    """Give the curve between two boxes; ``apart`` keeps lines of several sides from covering each other."""
    y1, y2 = start.y + _BOX // 2, end.y + _BOX // 2
    if end.x <= start.x:
        x = start.x + _COLUMN
        return f"M {x} {y1} C {x + 40} {y1} {x + 40} {y2} {end.x + _COLUMN} {y2}"
    x1, x2 = start.x + _COLUMN, end.x
    if not lanes or x2 - x1 < _COLUMN:
        bend = (x2 - x1) // 2
        return f"M {x1} {y1} C {x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    lane = min(lanes, key=lambda y: abs(y - (y1 + y2) / 2)) + apart - 5
    left = x1 + (x2 - x1 - _COLUMN) // 2
    right = left + _COLUMN
    bend = (left - x1) // 2
    return (
        f"M {x1} {y1} C {x1 + bend} {y1} {left - bend} {lane} {left} {lane} H {right} "
        f"C {right + bend} {lane} {x2 - bend} {y2} {x2} {y2}"
    )


def _line(into: ET.Element, way: str, colour: str, dashes: str, *, stated: bool) -> None:
    more = {"stroke-dasharray": dashes} if dashes else {}
    _element(into, "path", {"d": way, "stroke": colour, "opacity": "0.55" if stated else "0.9", **more})


def _box(
    svg: ET.Element,
    node: Node,
    place: _Place,
    styles: dict[str, tuple[str, str]],
    letters: dict[str, str],
) -> None:
    group = _element(svg, "g", {})
    _element(group, "title", {}, f"{node.label} ({node.detail})" if node.detail else node.label)
    root = node.standing is not None
    colour, _ = _style(node.side, styles) if root else (_PALE, "")
    border = {"unnamed": {"stroke-dasharray": "5 3"}, "unknown": {"stroke-dasharray": "1 3"}}
    shape = {
        "x": str(place.x),
        "y": str(place.y),
        "width": str(_COLUMN),
        "height": str(_BOX),
        "rx": "6" if root else "2",
        "fill": _PAPER,
        "stroke": colour,
        "stroke-width": "2" if root else "1",
    }
    _element(group, "rect", {**shape, **border.get(node.standing or "", {})})
    left = place.x + 9
    room = _COLUMN - 18
    if root:
        letter = letters.get(node.side or "", "-")
        _element(
            group,
            "rect",
            {
                "x": str(place.x + 8),
                "y": str(place.y + 8),
                "width": str(_LETTER),
                "height": str(_LETTER),
                "rx": "3",
                "fill": colour,
            },
        )
        _words(
            group,
            place.x + 8 + _LETTER // 2,
            place.y + 24,
            letter,
            ink=_PAPER,
            weight="bold",
            anchor="middle",
        )
        left += _LETTER + 6
        room -= _LETTER + 6
    _words(group, left, place.y + 16, _cut(node.label, room, 13), weight="bold" if root else "normal")
    _words(group, left, place.y + 31, _cut(node.detail, room, 11), size=11, ink=_PALE)


def _legend(
    svg: ET.Element,
    y: int,
    sides: Sequence[str],
    styles: dict[str, tuple[str, str]],
    letters: dict[str, str],
) -> None:
    group = _element(svg, "g", {"font-size": "12"})
    _words(group, _MARGIN, y + 14, "Sides", weight="bold", size=12)
    for number, side in enumerate((*sides, None), 1):
        colour, dashes = _style(side, styles)
        here = y + 14 + _LINE * number
        more = {"stroke-dasharray": dashes} if dashes else {}
        _element(
            group,
            "path",
            {
                "d": f"M {_MARGIN} {here - 4} h 46",
                "stroke": colour,
                "stroke-width": "2",
                "fill": "none",
                **more,
            },
        )
        label = f"{letters[side]}  speaks for {side}" if side is not None else "-  speaks for no side"
        _words(group, _MARGIN + 58, here, _cut(label, WIDTH - 2 * _MARGIN - 60, 12), size=12)
    words = (
        "Left: reports with a claim; right: the origins they go back to. Dashed box: unnamed origin; dotted "
        "box: not in the record. Pale line: the report names the origin, no citation is recorded."
    )
    _words(group, _MARGIN, y + 14 + _LINE * (len(sides) + 2) + 6, words, size=11, ink=_PALE)


def _description(drawing: Drawing, nodes: dict[str, Node]) -> str:
    """Give the picture in words: the sentence, and for each root who leads to it."""
    found = [drawing.sentence, *drawing.remarks]
    reports: dict[str, set[str]] = {}
    for way in drawing.ways:
        reports.setdefault(way.path[-1], set()).add(way.path[0])
    for id, of in sorted(reports.items(), key=lambda one: (nodes[one[0]].label, one[0])):
        side = nodes[id].side
        found.append(
            f"{nodes[id].label} ({nodes[id].detail}; {'no side' if side is None else f'side {side}'}): "
            f"{len(of)} {'report' if len(of) == 1 else 'reports'}."
        )
    return " ".join(found)


def _style(side: str | None, styles: dict[str, tuple[str, str]]) -> tuple[str, str]:
    return _NEUTRAL if side is None else styles[side]


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def _cut(text: str, room: int, size: int) -> str:
    """Give as much of a text as has room, in units, at a font size; wide letters count double."""
    left = room / (size * 0.56)
    for place, letter in enumerate(text):
        left -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if left < 0:
            return text[: max(place - 1, 0)].rstrip() + "\u2026"
    return text


def _words(
    into: ET.Element,
    x: int,
    y: int,
    text: str,
    *,
    size: int = 13,
    ink: str = _INK,
    weight: str = "normal",
    anchor: str = "start",
) -> None:
    how = {"x": str(x), "y": str(y), "font-size": str(size), "fill": ink}
    if weight != "normal":
        how["font-weight"] = weight
    if anchor != "start":
        how["text-anchor"] = anchor
    _element(into, "text", how, text)


def _element(into: ET.Element, name: str, how: dict[str, str], text: str | None = None) -> ET.Element:
    found = ET.SubElement(into, name, how)
    if text is not None:
        found.text = _FORBIDDEN.sub("", text)
    return found
