"""The charts of the brief: Vega-Lite specifications, and the SVG that vl-convert makes of them.

Nothing is loaded: the numbers stand in the specification and no address is allowed. Verified and pending
differ in lightness as well as in hue (Okabe and Ito, 2008), so that they are told apart in grey and by the
colour-blind. Sizes are in points as printed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from domain.brief import OTHERS, UNTOLD, Break, Line, Month, Numbers, in_words

VERIFIED, PENDING = "#00507d", "#f0a830"
INK, PALE, GRID = "#1a1a1a", "#555555", "#dddddd"
FONT = "Libertinus Serif, Georgia, serif"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH = 480
"""As wide as the text of the printed page."""
MOST_BARS = 12

_ROOT = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>")
_ID = re.compile(r'\bid="([^"]+)"')
_NAMES = re.compile(r'(\bid="|\burl\(#|\bhref="#)([^")]+)')

Spec = dict[str, Any]


def drawn(spec: Spec) -> str:
    """Give a specification as SVG; the same one gives the same bytes."""
    import vl_convert

    whole = {
        "$schema": SCHEMA,
        "background": None,
        "padding": 2,
        "config": CONFIG | spec.pop("config", {}),
        **spec,
    }
    svg = str(vl_convert.vegalite_to_svg(whole, vl_version="5.21", allowed_base_urls=[]))
    # The words for screen readers stand beside the picture, in one place for both writers.
    found = _ROOT.match(svg)
    assert found is not None, "vl-convert gives an svg element with a viewBox"
    width, height = found[1].split()[2:]
    root = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{found[1]}">'
    return root + _numbered_anew(svg[found.end() :])


def _numbered_anew(svg: str) -> str:
    """Give a picture with its ids counted from nought: Vega counts on from one picture to the next."""
    ids = {id: f"i{place}" for place, id in enumerate(dict.fromkeys(_ID.findall(svg)))}
    return _NAMES.sub(lambda found: f"{found[1]}{ids.get(found[2], found[2])}", svg)


def width_of(svg: str) -> int:
    """Give the width of a picture that was drawn here."""
    found = re.search(r'width="([0-9.]+)"', svg)
    assert found is not None
    return round(float(found[1]))


CONFIG: Spec = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 9,
        "titleFontSize": 9,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": PALE,
        "tickColor": PALE,
        "gridColor": GRID,
    },
    "legend": {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 9,
        "titleFontSize": 9,
        "labelColor": INK,
    },
    "text": {"font": FONT, "fontSize": 9, "color": INK},
}
_STATES = {"domain": ["Verified", "Pending"], "range": [VERIFIED, PENDING]}


def top_of(values: Sequence[int]) -> int:
    """Give a round number where an axis of these ends, never nought: that would leave no axis."""
    most = max([*values, 4])
    step: int = 10 ** (len(str(most)) - 1)
    ends = [part * step // 10 for part in (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)]
    return next(end for end in ends if end >= most)


def trend(months: Sequence[Month], breaks: Sequence[Break], *, height: int = 150) -> str:
    """Draw the months: a bar to the low for verified and for pending, and a mark from low to high.

    A month without a number says so. A grey band marks a month that is still being recorded, a dashed line
    with a letter the month in which a policy was chosen.
    """
    order = [one.month for one in months]
    bars = [
        {
            "month": one.month,
            "state": label,
            "low": counted.low,
            "high": counted.high,
            "more": "+" if counted.open else "",
        }
        for one in months
        for label, state in (("Verified", "verified"), ("Pending", "pending"))
        if (counted := one.numbers.of(state)) is not None and counted.low is not None
    ]
    known = {bar["month"] for bar in bars}
    silent = [{"month": one} for one in order if one not in known]
    top = top_of([bar["high"] for bar in bars if isinstance(bar["high"], int)])
    lettered = [{"month": month, "letter": letter} for letter, month, _ in breaks_in(breaks, order)]
    x: Spec = {
        "field": "month",
        "type": "ordinal",
        "scale": {"domain": order, "paddingInner": 0.2, "paddingOuter": 0.1},
        "axis": {
            "title": None,
            "labelAngle": 0,
            "labelPadding": 4,
            "ticks": False,
            "labelExpr": _month_labels(months),
            "labelLineHeight": 10,
        },
    }
    y: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": True},
        "axis": {"title": "Persons", "tickMinStep": 1, "format": ",d", "tickCount": 5, "minExtent": 28},
    }
    side: Spec = {"field": "state", "type": "nominal", "scale": {"domain": _STATES["domain"]}}
    colour: Spec = {
        "field": "state",
        "type": "nominal",
        "scale": _STATES,
        "legend": {"title": None, "orient": "top", "symbolType": "square", "symbolStrokeWidth": 0},
    }
    layers: list[Spec] = [
        {
            "data": {"values": [{"month": one.month} for one in months if one.provisional]},
            "mark": {"type": "bar", "color": "#ebebeb", "width": {"band": 1.1}},
            "encoding": {"x": x, "y": {**y, "datum": top}, "y2": {"datum": 0}},
        },
        {
            "data": {"values": bars},
            "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
            "encoding": {"x": x, "xOffset": side, "y": {**y, "field": "low"}, "color": colour},
        },
        {
            "data": {"values": [bar for bar in bars if bar["low"] != bar["high"]]},
            "mark": {"type": "errorbar", "ticks": {"size": 6, "color": INK}, "rule": {"color": INK}},
            "encoding": {
                "x": x,
                "xOffset": side,
                "y": {**y, "field": "low"},
                "y2": {"field": "high"},
            },
        },
        {
            "data": {"values": [bar for bar in bars if bar["more"]]},
            "mark": {"type": "text", "dy": -6, "fontWeight": "bold"},
            "encoding": {
                "x": x,
                "xOffset": side,
                "y": {**y, "field": "high"},
                "text": {"field": "more"},
            },
        },
        {
            "data": {"values": silent},
            "mark": {
                "type": "text",
                "angle": 270,
                "align": "left",
                "dx": 4,
                "color": PALE,
                "text": "not known",
            },
            "encoding": {"x": x, "y": {**y, "datum": 0}},
        },
        {
            "data": {"values": lettered},
            "mark": {
                "type": "rule",
                "strokeDash": [4, 3],
                "color": INK,
                "xOffset": {"expr": "-bandwidth('x') / 2 - 3"},
            },
            "encoding": {"x": x},
        },
        {
            "data": {"values": lettered},
            "mark": {
                "type": "text",
                "align": "left",
                "baseline": "top",
                "xOffset": {"expr": "-bandwidth('x') / 2"},
                "fontWeight": "bold",
            },
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "letter"}},
        },
    ]
    return drawn(
        {
            "width": WIDTH - 50,
            "height": height,
            # Laid out by numbers alone, and not by the fonts that the machine happens to have.
            "autosize": {"type": "none"},
            "padding": {"left": 44, "right": 6, "top": 32, "bottom": 30},
            "layer": layers,
        }
    )


def breaks_in(breaks: Sequence[Break], months: Sequence[str]) -> list[tuple[str, str, Break]]:
    """Give the breaks that fall into these months with the letter that marks each: (letter, month, break).

    Those of one month share a letter.
    """
    letters: dict[str, str] = {}
    found = []
    for one in breaks:
        month = one.day[:7]
        if month in months:
            letter = letters.setdefault(month, chr(ord("A") + len(letters)))
            found.append((letter, month, one))
    return found


def _month_labels(months: Sequence[Month]) -> str:
    """Give the expression that labels months in two lines: the name, and the year where it begins."""
    said = {}
    for place, one in enumerate(months):
        name, year = in_words(one.month).split()
        star = "*" if one.provisional else ""
        said[one.month] = [name[:3] + star, year if place == 0 or name == "January" else ""]
    pairs = ", ".join(f"'{month}': ['{name}', '{year}']" for month, (name, year) in said.items())
    return f"({{{pairs}}})[datum.value]"


def bars(lines: Sequence[Line], *, with_code: bool = False, row: int = 20) -> str:
    """Draw rows as bars from nought to the low of verified and pending together, with a mark up to the high.

    A row without a number says so. At most ``MOST_BARS`` are drawn; the rest is one bar.
    """
    values = []
    for place, line in enumerate(lines):
        counted = line.numbers.together
        coded = with_code and line.code not in (*UNTOLD, OTHERS)
        named = f"{line.code} {line.label}" if coded else line.label
        values.append(
            {
                "place": place,
                "label": textwrap.wrap(named, 36, max_lines=2, placeholder=" \u2026"),
                "low": counted.low or 0,
                "high": counted.high or 0,
                "said": str(counted),
                "range": counted.low != counted.high,
            }
        )
    top = top_of([int(str(one["high"])) for one in values])
    y: Spec = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.35}}
    x: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": True},
        "axis": {
            "title": "Persons, verified and pending together",
            # Each bar has its number beside it, which a line would run through.
            "grid": False,
            "tickMinStep": 1,
            "format": ",d",
            "tickCount": 5,
        },
    }
    layers: list[Spec] = [
        {
            "mark": {
                "type": "text",
                "align": "right",
                "x": -6,
                "lineHeight": 9,
                "baseline": "middle",
                "dy": {"expr": "length(datum.label) > 1 ? -4.5 : 0"},
            },
            "encoding": {"y": y, "text": {"field": "label"}},
        },
        {
            "mark": {"type": "bar", "color": "#6b8ba4", "stroke": INK, "strokeWidth": 0.5},
            "encoding": {"y": y, "x": {**x, "field": "low"}},
        },
        {
            "transform": [{"filter": "datum.range"}],
            "mark": {"type": "errorbar", "ticks": {"size": 6, "color": INK}, "rule": {"color": INK}},
            "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {"y": y, "x": {**x, "field": "high"}, "text": {"field": "said"}},
        },
    ]
    return drawn(
        {
            "data": {"values": values},
            "width": WIDTH - 272,
            "height": {"step": row},
            "padding": {"left": 172, "right": 100, "top": 2, "bottom": 30},
            "autosize": {"type": "none"},
            "layer": layers,
        }
    )


def said_of(numbers: Numbers) -> str:
    """Give verified and pending in words for who cannot see a chart."""
    return f"verified {numbers.said('verified')}, pending {numbers.said('pending')}"
