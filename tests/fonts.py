"""A font of one letter, made by hand: what a folder of fonts is tried with, wherever the tests run."""

from __future__ import annotations

import struct


def font_with(letter: str, family: str = "One Letter") -> bytes:
    """Give a TrueType font that has this letter, a filled square, and nothing else."""
    square = _square()
    names = _names(family)
    tables = {
        b"OS/2": _os2(ord(letter)),
        b"cmap": _cmap(ord(letter)),
        b"glyf": square + square,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000,
            0x10000,
            0,
            0x5F0F3CF5,
            3,
            1000,
            0,
            0,
            0,
            0,
            800,
            800,
            0,
            8,
            2,
            1,
            0,
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, 1000, 0, 0, 800, 1, *[0] * 7, 2),
        b"hmtx": struct.pack(">HhHh", 1000, 0, 1000, 0),
        b"loca": struct.pack(">III", 0, len(square), 2 * len(square)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": names,
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128)
    offset = len(head) + 16 * len(tables)
    records, body = b"", b""
    for tag in sorted(tables):
        content = tables[tag]
        padded = content + b"\0" * (-len(content) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        records += struct.pack(">4sIII", tag, total, offset + len(body), len(content))
        body += padded
    return head + records + body


def _square() -> bytes:
    points = struct.pack(">hhhhh", 1, 0, 0, 800, 800) + struct.pack(">HH", 3, 0) + bytes([1, 1, 1, 1])
    points += struct.pack(">hhhh", 0, 0, 800, 0) + struct.pack(">hhhh", 0, 800, 0, -800)
    return points + b"\0" * (-len(points) % 4)


def _cmap(code: int) -> bytes:
    groups = struct.pack(">HHIIIIII", 12, 0, 28, 0, 1, code, code, 1)
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + groups


def _names(family: str) -> bytes:
    texts = [(1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))]
    storage, records = b"", b""
    for name, text in texts:
        encoded = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, name, len(encoded), len(storage))
        storage += encoded
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + storage


def _os2(code: int) -> bytes:
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10sIIII4sHHHhhhHH",
        3, 1000, 400, 5, 0, *[0] * 11, b"\0" * 10, 0, 0, 0, 0, b"none", 64,
        min(code, 0xFFFF), min(code, 0xFFFF), 800, -200, 0, 800, 200,
    ) + struct.pack(">IIhhHHH", 1, 0, 500, 800, 0, 32, 1)  # fmt: skip
