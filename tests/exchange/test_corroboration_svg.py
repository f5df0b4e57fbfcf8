"""The picture of who is behind what is said."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from exchange.writers.corroboration_svg import WIDTH, Drawing, Node, Way, draw

SVG = "{http://www.w3.org/2000/svg}"
words = st.text(max_size=80)


def drawn(*ways: Way, label: str = "Report", side: str | None = "state-forces") -> ET.Element:
    ids = dict.fromkeys(id for way in ways for id in way.path)
    roots = {way.path[-1] for way in ways}
    nodes = [Node(id, label, label, "named", side) if id in roots else Node(id, label, label) for id in ids]
    return ET.fromstring(draw(Drawing(label, "1 report", ("remark",), tuple(nodes), ways)))  # noqa: S314 - ours


@given(words, st.one_of(st.none(), words.filter(bool)))
def test_any_text_gives_a_well_formed_document(label: str, side: str | None) -> None:
    root = drawn(Way("c", ("r", "m", "o")), label=label, side=side)
    assert root.tag == f"{SVG}svg"


def test_a_name_is_text_and_never_markup() -> None:
    root = drawn(Way("c", ("r", "o")), label='<script>alert(1)</script> & "co"\x00')
    assert not list(root.iter(f"{SVG}script"))
    assert any('<script>alert(1)</script> & "co"' in (one.text or "") for one in root.iter(f"{SVG}title"))


def test_every_report_and_root_has_a_box_within_the_picture() -> None:
    ways = [Way(f"c{n}", (f"r{n}", f"m{n % 3}", f"o{n % 2}")) for n in range(40)]
    root = drawn(*ways)
    height = int(root.attrib["height"])
    boxes = [one for one in root.iter(f"{SVG}rect") if one.attrib.get("stroke")]
    assert len(boxes) == 40 + 3 + 2
    for box in boxes:
        assert 0 <= int(box.attrib["x"]) <= WIDTH - int(box.attrib["width"])
        assert 0 <= int(box.attrib["y"]) <= height - int(box.attrib["height"])
    lefts = {(box.attrib["x"], box.attrib["y"]) for box in boxes}
    assert len(lefts) == len(boxes)


def test_sides_are_told_apart_without_colour() -> None:
    nodes = (
        Node("r", "Report", ""),
        *(Node(f"o{n}", f"Origin {n}", "", "named", side) for n, side in enumerate(("x", "y", None))),
    )
    ways = tuple(Way("c", ("r", f"o{n}")) for n in range(3))
    root = ET.fromstring(draw(Drawing("t", "s", (), nodes, ways)))  # noqa: S314 - ours
    lines = [one for one in root.iter(f"{SVG}path") if " C " in one.attrib["d"]]
    assert len({one.attrib.get("stroke-dasharray", "") for one in lines}) == 3
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert {"A", "B", "-"} <= set(texts)
    assert "A  speaks for x" in texts


def test_reports_of_a_ring_and_those_that_stand_alone_are_drawn() -> None:
    assert drawn(Way("a", ("x", "y", "o")), Way("b", ("y", "x", "o"))).tag == f"{SVG}svg"
    assert drawn().tag == f"{SVG}svg"
    assert drawn(Way("a", ("x", "x"))).tag == f"{SVG}svg"
