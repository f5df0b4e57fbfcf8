"""Delimited text as spreadsheet programs and people leave it."""

import io
import tempfile
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from exchange.readers.tables import delimiter_of, fitted, opened_text, records
from exchange.readers.text import Unreadable

KNOWN = {"incident", "number", "place"}


def rows(content: bytes, encoding: str | None = None) -> list[tuple[int, list[str] | str]]:
    with opened_text(content, encoding) as text:
        found = list(records(text, delimiter_of(text, KNOWN)))
    return [(line, cells.code if isinstance(cells, Unreadable) else cells) for line, cells in found]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiter_line_end_and_certain_encodings_are_found(delimiter: str, end: str, encoding: str) -> None:
    content = (
        end.join(delimiter.join(cells) for cells in (("incident", "place"), ("1", "مكان"), ("2", "b"))) + end
    )
    assert rows(content.encode(encoding)) == [(1, ["incident", "place"]), (2, ["1", "مكان"]), (3, ["2", "b"])]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1256"])
def test_an_old_encoding_is_refused_unless_it_is_declared(encoding: str) -> None:
    place = "Café" if encoding == "cp1252" else "مكان"
    content = f"incident,place\n1,{place}\n".encode(encoding)
    with pytest.raises(Invalid, match="Save it as UTF-8") as refused:
        rows(content)
    assert refused.value.code == "import-invalid"
    assert refused.value.faults[0].code == "encoding"
    assert rows(content, encoding)[1] == (2, ["1", place])


def test_bad_bytes_far_down_refuse_the_file_before_its_first_row() -> None:
    content = b"incident,place\n" + b"1,a\n" * 300_000 + b"1,\xe9\n"
    with pytest.raises(Invalid, match="not UTF-8"):
        rows(content)


@pytest.mark.parametrize("encoding", ["rot13", "utf-7", "nonsense"])
def test_only_listed_encodings_can_be_declared(encoding: str) -> None:
    with pytest.raises(Invalid, match="not one of"):
        rows(b"incident\n", encoding)


@pytest.mark.parametrize("content", [b"", b" \r\n "])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="empty"):
        rows(content)


def test_a_workbook_is_told_to_be_one_where_text_is_read() -> None:
    with pytest.raises(Invalid, match="a workbook or an archive"), opened_text(b"PK\x03\x04\xff\xfe"):
        pass


def test_utf16_without_its_mark_is_refused() -> None:
    with pytest.raises(Invalid, match="UTF-16"):
        rows("incident,place\n1,a\n".encode("utf-16-le"))


def test_line_breaks_inside_quotes_keep_line_numbers_true() -> None:
    content = b'incident,place\n1,"a\nb"\n2,c\n'
    assert rows(content) == [(1, ["incident", "place"]), (2, ["1", "a\nb"]), (4, ["2", "c"])]


@pytest.mark.parametrize("below", [2, 1000])
def test_a_quote_that_never_closes_costs_its_own_line_only(below: int) -> None:
    content = b'incident,place\n1,"a\n' + b"2,b\n" * below
    found = rows(content)
    assert found[1] == (2, "open-quote")
    assert found[2:] == [(3 + n, ["2", "b"]) for n in range(below)]


def test_a_stray_quote_does_not_swallow_hundreds_of_rows_up_to_the_next_one() -> None:
    content = b'incident,place\n1,"a\n' + b"2,b\n" * 400 + b'3,c"\n'
    found = rows(content)
    assert found[1] == (2, "open-quote")
    assert found[2:] == [*((3 + n, ["2", "b"]) for n in range(400)), (403, ["3", 'c"'])]


def test_a_line_of_millions_of_characters_is_one_bad_line() -> None:
    content = b"incident,place\n" + b"x" * 2_500_000 + b"\n2,b\n"
    assert rows(content) == [(1, ["incident", "place"]), (2, "too-long"), (3, ["2", "b"])]


def test_a_row_that_slipped_is_refused_and_empty_cells_too_many_are_not() -> None:
    assert fitted(["a", "b", "", " "], 2) == ["a", "b"]
    for cells in (["a"], ["a", "b", "c"]):
        with pytest.raises(Unreadable) as refused:
            fitted(cells, 2)
        assert refused.value.code == "ragged-row"


@pytest.mark.parametrize("kind", [io.BytesIO, tempfile.SpooledTemporaryFile, tempfile.TemporaryFile])
def test_a_file_that_is_lent_stays_open_and_is_read_from_its_start(kind: Callable[[], BinaryIO]) -> None:
    with kind() as file:
        file.write(b"incident,place\n1,a\n")
        for _ in range(2):
            with opened_text(file) as text:
                assert len(list(records(text, ","))) == 2
            assert not file.closed


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12),
            min_size=2,
            max_size=4,
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_csv_writer_quotes_is_read_back(table: list[list[str]], delimiter: str) -> None:
    import csv

    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    content = made.getvalue()
    found = [cells for _, cells in records(io.StringIO(content, newline=""), delimiter)]
    assert found == table
