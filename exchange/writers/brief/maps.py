"""The maps of the brief: units coloured within boundaries that the organisation gave, or circles without any.

The projection is Mercator's, worked out here in points of the picture: it keeps the shape of a unit, and
leaves nothing to the order in which a file winds its rings. Shapes are thinned to what can be printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from domain.brief import Counted, Line
from exchange.readers.boundaries import Boundaries
from exchange.writers.brief.charts import INK, PALE, Spec, drawn

WIDTH, HEIGHT = 300, 215
MARGIN = 26
"""Room at the edges for the largest circle and for labels."""
FINEST = 0.4
"""Points of a border nearer to each other than this many points of the picture are one."""
SHADES = ("#f7f4d4", "#c7dfb4", "#7fbfae", "#3b8ca4", "#1c4f7c", "#0c2340")
"""Light to dark, so that they keep their order in grey; the first is for a low of nought."""
UNKNOWN_FILL = "#ffffff"
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000)
LARGEST_RADIUS, SPARSE = 22, 8
"""The largest circle's radius up to so many units; with more of them all are smaller."""
FONT_SIZE = 9

Place = Callable[[float, float], tuple[float, float]]


def circles(lines: Sequence[Line]) -> str:
    """Draw a circle for each unit with a point: filled up to the low, a ring for the high, by area."""
    found = [line for line in lines if line.point is not None]
    place = _fitted([line.point[:2] for line in found if line.point is not None])
    top = max([line.numbers.together.high or 0 for line in found] + [1])
    largest = LARGEST_RADIUS * math.sqrt(min(1, SPARSE / len(found)))
    values, labels, taken = [], [], []
    spots = []
    for line in found:
        assert line.point is not None
        x, y = place(*line.point[:2])
        low, high = (
            _radius(one, top, largest) for one in (line.numbers.together.low, line.numbers.together.high)
        )
        spots.append((line, x, y, low, high))
        taken.append((x - high, y - high, x + high, y + high))
        values.append({"x": x, "y": y, "low": _area(low), "high": _area(high)})
    for line, x, y, _, high in spots:
        at = _beside(line.code, x, y, max(high, 3), taken)
        if at is not None:
            labels.append({"x": at[0], "y": at[1], "code": line.code})
    layers = [
        _marks(
            [one for one in values if one["low"]],
            {"type": "point", "shape": "circle", "filled": True, "color": "#3b6d94", "opacity": 0.75},
            {"size": {"field": "low", "type": "quantitative", "scale": None}},
        ),
        _marks(
            [one for one in values if one["high"]],
            {
                "type": "point",
                "shape": "circle",
                "filled": False,
                "color": INK,
                "strokeWidth": 0.8,
                "opacity": 1,
            },
            {"size": {"field": "high", "type": "quantitative", "scale": None}},
        ),
        # A unit without a number is a cross: neither a small circle nor nothing.
        _marks(
            [one for one in values if not one["high"]],
            {"type": "point", "shape": "cross", "filled": True, "color": PALE, "size": 30},
        ),
        *_legend_of_circles(top, largest),
        _texts(labels),
    ]
    return _drawn(layers)


def _legend_of_circles(top: int, largest: float) -> list[Spec]:
    """Give two circles of round numbers at the right, with their numbers."""
    shown = sorted({_rounded(top), _rounded(max(1, top // 5))}, reverse=True)
    marks, texts = [], []
    y = 24.0
    texts.append({"x": WIDTH + 10.0, "y": 8.0, "code": "Persons"})
    for number in shown:
        radius = _radius(number, top, largest)
        y += radius
        marks.append({"x": WIDTH + 34.0, "y": y, "size": _area(radius)})
        texts.append({"x": WIDTH + 34.0 + radius + 6, "y": y, "code": f"{number:,}"})
        y += radius + 8
    y += 8
    for words, more in (
        ("at least (low)", {"filled": True, "color": "#3b6d94", "opacity": 0.75}),
        ("up to (high)", {"filled": False, "color": INK, "strokeWidth": 0.8}),
        ("not known", {"filled": True, "color": PALE, "shape": "cross", "size": 30}),
    ):
        texts.append({"x": WIDTH + 34.0 + 14, "y": y, "code": words, **more})
        y += 15
    keyed = [one for one in texts if "filled" in one]
    return [
        _marks(
            marks,
            {"type": "point", "shape": "circle", "filled": False, "color": INK, "strokeWidth": 0.8},
            {"size": {"field": "size", "type": "quantitative", "scale": None}},
        ),
        *(
            _marks(
                [{"x": WIDTH + 34.0, "y": one["y"]}],
                {
                    "type": "point",
                    "shape": "circle",
                    "size": 60,
                    **{name: value for name, value in one.items() if name not in ("x", "y", "code")},
                },
            )
            for one in keyed
        ),
        _texts([{name: one[name] for name in ("x", "y", "code")} for one in texts], align="left"),
    ]


def coloured(lines: Sequence[Line], boundaries: Boundaries) -> str:
    """Draw the boundaries, each unit in the colour of its low; a unit without a number stays white.

    White is not the colour of nought: that has one of its own, and only where a unit's low is nought.
    """
    everywhere = [position for unit in boundaries.units.values() for rings in unit for position in rings[0]]
    place = _fitted(everywhere)
    numbers = {line.code: line.numbers.together for line in lines}
    classes = classes_of([one.low for one in numbers.values() if one.low is not None])
    labels_of = [label for label, _, _ in classes]
    shapes, spots = [], []
    for code, polygons in sorted(boundaries.units.items()):
        drawn_rings = [[_thinned(ring, place) for ring in polygon] for polygon in polygons]
        drawn_rings = [polygon for polygon in drawn_rings if len(polygon[0]) >= 4]
        if not drawn_rings:
            continue
        shapes.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[ring for ring in one if len(ring) >= 4] for one in drawn_rings],
                },
                "properties": {"said": _class_of(numbers.get(code), classes)},
            }
        )
        spots.append((code, *_middle(max((one[0] for one in drawn_rings), key=_size))))
    taken: list[tuple[float, float, float, float]] = []
    labels = []
    for code, x, y in spots:
        if code in numbers:
            for down in (0, FONT_SIZE + 2, -FONT_SIZE - 2):
                box = _box(code, x - _width(code) / 2, y + down, room=1)
                if not _touches(box, taken):
                    taken.append(box)
                    dark = _is_dark(numbers[code], classes)
                    labels.append({"x": x, "y": y + down, "code": code, "dark": dark})
                    break
    domain = [*labels_of, "not known"]
    fills = [shade for _, _, shade in classes] + [UNKNOWN_FILL]
    map_layer: Spec = {
        "data": {
            "values": {"type": "FeatureCollection", "features": shapes},
            "format": {"property": "features"},
        },
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "mark": {"type": "geoshape", "stroke": PALE, "strokeWidth": 0.6},
        "encoding": {
            "fill": {
                "field": "properties.said",
                "type": "ordinal",
                "scale": {"domain": domain, "range": fills},
                "legend": None,
            }
        },
    }
    key: list[dict[str, Any]] = [
        {"x": WIDTH + 18.0, "y": 28.0 + 16 * row, "said": label, "fill": shade}
        for row, (label, shade) in enumerate(zip(domain, fills, strict=True))
    ]
    layers = [
        map_layer,
        _marks(
            key,
            {"type": "square", "size": 110, "stroke": PALE, "strokeWidth": 0.6, "opacity": 1},
            {"fill": {"field": "fill", "type": "nominal", "scale": None}},
        ),
        _texts([{**one, "x": one["x"] + 12, "code": one["said"]} for one in key], align="left"),
        _texts([{"x": WIDTH + 12.0, "y": 8.0, "code": "Persons, at least"}], align="left"),
        _texts([one for one in labels if not one["dark"]], align="center"),
        _texts([one for one in labels if one["dark"]], align="center", color="#ffffff"),
    ]
    return _drawn(layers)


def classes_of(lows: Iterable[int]) -> list[tuple[str, int, str]]:
    """Give the classes of a legend, (label, lowest low, colour) each, from what is there.

    Nought is a class of its own and there only if a low is nought.
    """
    found = sorted(set(lows))
    above = [one for one in found if one > 0]
    classes = [("0", 0, SHADES[0])] if found and found[0] == 0 else []
    if not above:
        return classes
    room = len(SHADES) - 1
    starts = [step for step in STEPS if step <= above[-1]]
    # Of the round steps those that part the lows; every other one goes where there are too many.
    ends = [*starts[1:], above[-1] + 1]
    starts = [a for a, b in zip(starts, ends, strict=True) if any(a <= one < b for one in above)]
    while len(starts) > room:
        starts = starts[::2]
    starts[0] = 1
    shades = SHADES[1:] if len(starts) > 1 else (SHADES[3],)
    for place, start in enumerate(starts):
        end = starts[place + 1] - 1 if place + 1 < len(starts) else None
        label = f"{start:,}" if start == end else f"{start:,}\u2013{end:,}" if end else f"{start:,} and more"
        shade = shades[round(place * (len(shades) - 1) / max(1, len(starts) - 1))]
        classes.append((label, start, shade))
    return classes


def _class_of(counted: Counted | None, classes: Sequence[tuple[str, int, str]]) -> str:
    if counted is None or counted.low is None:
        return "not known"
    return next(label for label, start, _ in reversed(classes) if counted.low >= start)


def _is_dark(counted: Counted, classes: Sequence[tuple[str, int, str]]) -> bool:
    said = _class_of(counted, classes)
    shade = next((shade for label, _, shade in classes if label == said), UNKNOWN_FILL)
    return shade in SHADES[3:]


def _fitted(positions: Iterable[tuple[float, float]]) -> Place:
    """Give the projection that fits these positions, (lon, lat) in degrees, into the picture."""
    listed = list(positions)
    lons = [lon for lon, _ in listed]
    # Where units lie on both sides of the 180th meridian the map is cut at Greenwich instead.
    turned = max(lons) - min(lons) > 180 and not any(-90 < lon < 90 for lon in lons)
    flat = [_mercator(lon, lat, turned=turned) for lon, lat in listed]
    left, right = min(x for x, _ in flat), max(x for x, _ in flat)
    bottom, top = min(y for _, y in flat), max(y for _, y in flat)
    scale = min(
        (WIDTH - 2 * MARGIN) / max(right - left, 1e-9), (HEIGHT - 2 * MARGIN) / max(top - bottom, 1e-9)
    )
    # One point, or several at one place, are not a map of the street.
    scale = min(scale, (WIDTH - 2 * MARGIN) / math.radians(0.5))

    def place(lon: float, lat: float) -> tuple[float, float]:
        x, y = _mercator(lon, lat, turned=turned)
        return (
            round(WIDTH / 2 + (x - (left + right) / 2) * scale, 1),
            round(HEIGHT / 2 - (y - (top + bottom) / 2) * scale, 1),
        )

    return place


def _mercator(lon: float, lat: float, *, turned: bool) -> tuple[float, float]:
    if turned and lon < 0:
        lon += 360
    lat = max(-84.0, min(84.0, lat))
    return math.radians(lon), math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def _thinned(ring: Sequence[tuple[float, float]], place: Place) -> list[tuple[float, float]]:
    """Give a ring in points of the picture without what is too fine to print; closed again at its end."""
    kept: list[tuple[float, float]] = []
    for position in ring:
        x, y = place(*position)
        if not kept or math.hypot(x - kept[-1][0], y - kept[-1][1]) >= FINEST:
            kept.append((x, y))
    if kept and kept[0] != kept[-1]:
        kept.append(kept[0])
    return kept


def _size(ring: Sequence[tuple[float, float]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Give the centre of gravity of a ring."""
    twice = x = y = 0.0
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        twice += cross
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    if abs(twice) < 1e-9:
        return ring[0]
    return round(x / (3 * twice), 1), round(y / (3 * twice), 1)


def _radius(number: int | None, top: int, largest: float) -> float:
    return 0.0 if not number else max(1.5, largest * math.sqrt(number / top))


def _area(radius: float) -> float:
    """Give Vega's size of a circle: the area of the square around it."""
    return round(4 * radius * radius, 1)


def _rounded(number: int) -> int:
    return max([step for step in STEPS if step <= number], default=1)


def _width(text: str) -> float:
    return 0.58 * FONT_SIZE * len(text)


Box = tuple[float, float, float, float]


def _box(text: str, x: float, y: float, room: float = 0) -> Box:
    half = FONT_SIZE / 2 + room
    return (x - room, y - half, x + _width(text) + room, y + half)


def _touches(box: Box, taken: Sequence[Box]) -> bool:
    return any(box[0] < one[2] and one[0] < box[2] and box[1] < one[3] and one[1] < box[3] for one in taken)


def _beside(text: str, x: float, y: float, radius: float, taken: list[Box]) -> tuple[float, float] | None:
    """Give where a label stands free beside a circle, None where it would lie on something."""
    wide = _width(text)
    for left, middle in (
        (x + radius + 3, y),
        (x - radius - 3 - wide, y),
        (x - wide / 2, y - radius - 6),
        (x - wide / 2, y + radius + 7),
    ):
        box = _box(text, left, middle)
        inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= HEIGHT
        if inside and not _touches(box, taken):
            taken.append(box)
            return round(left, 1), round(middle, 1)
    return None


_AXES: Mapping[str, Spec] = {
    "x": {
        "field": "x",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, WIDTH], "nice": False, "zero": False},
    },
    "y": {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, HEIGHT], "reverse": True, "nice": False, "zero": False},
    },
}


def _marks(values: Sequence[Mapping[str, Any]], mark: Spec, more: Spec | None = None) -> Spec:
    return {"data": {"values": list(values)}, "mark": mark, "encoding": {**_AXES, **(more or {})}}


def _texts(values: Sequence[Mapping[str, Any]], *, align: str = "left", color: str = INK) -> Spec:
    mark = {"type": "text", "align": align, "baseline": "middle", "color": color}
    return _marks(values, mark, {"text": {"field": "code", "type": "nominal"}})


def _drawn(layers: Sequence[Spec]) -> str:
    return drawn(
        {
            "width": WIDTH,
            "height": HEIGHT,
            "autosize": {"type": "none"},
            "padding": {"left": 2, "top": 2, "bottom": 2, "right": 110},
            "layer": list(layers),
        }
    )
