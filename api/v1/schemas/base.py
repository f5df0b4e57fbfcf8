"""What every schema shares: strictness, the field types, and the way to a draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from api.reading import cleaned, fault_in
from domain.addresses import address_key
from domain.countries import COUNTRIES
from domain.errors import Invalid
from domain.vocab import ReasonCode, Vocabulary

LARGEST_COUNT = 100_000_000
EARLIEST = "1900-01-01"
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_WORDS = {
    "invalid-unicode": "The text holds half of a surrogate pair.",
    "control-character": "The text holds a control character or one that is not assigned.",
    "bidi-control": "The text holds a control that reverses its direction.",
    "too-long": "The text is too long, or piles marks on one letter.",
    "blank": "Leave it out or write something; blank is not a value.",
}


class Strict(BaseModel):
    """A schema that takes what it declares and nothing else."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    DRAFT: ClassVar[type[Any] | None] = None
    """The draft that this schema describes."""

    def draft(self) -> Any:
        """Give the draft that the schema's values describe."""
        if self.DRAFT is None:
            raise TypeError("This schema describes no draft.")
        return self.DRAFT(**self.plain())

    def plain(self) -> dict[str, Any]:
        """Give the fields by name, parts as drafts."""
        return {name: _plain(getattr(self, name)) for name in type(self).model_fields}


@dataclass(frozen=True, eq=False)
class Checked:
    """A check on a field's value, beside what the API's schema says of it."""

    check: Callable[[Any], Any]
    shown: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), **self.shown}


def _plain(value: Any) -> Any:
    if isinstance(value, Strict):
        return value.draft()
    if isinstance(value, list):
        return tuple(_plain(item) for item in value)
    return value


def refuse(code: str, words: str | None = None) -> PydanticCustomError:
    # A type with a hyphen marks a code of ours; pydantic's own have underscores.
    return PydanticCustomError(code, words or _WORDS[code])


def digits_only(value: Any) -> Any:
    """Give a query's whole number on to pydantic, which would take "1_0", " 7" and "٣" for numbers too."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise refuse("wrong-type", "Write a whole number with the digits 0-9.")
    return value


def _text(long: bool, longest: int) -> Checked:
    def check(value: str) -> str:
        if len(value) > longest:
            raise refuse("too-long")
        code = fault_in(value, long=long)
        if code is not None:
            raise refuse(code)
        found = cleaned(value)
        if not any(character.isalnum() for character in found):
            raise refuse("blank")
        return found

    return Checked(check, {"minLength": 1, "maxLength": longest})


ShortText = Annotated[str, _text(False, 300)]
LongText = Annotated[str, _text(True, 20_000)]


def _wording(value: str) -> str:
    if len(value) > 1_000:
        raise refuse("too-long")
    code = fault_in(value, long=True)
    if code is not None:
        raise refuse(code)
    if not value.strip():
        raise refuse("blank")
    return value


def _address(value: str) -> str:
    if len(value) > 2_000:
        raise refuse("too-long")
    fault = fault_in(value, long=False)
    if fault is not None:
        raise refuse(fault)
    found = cleaned(value)
    try:
        address_key(found)
    except Invalid as error:
        raise refuse(error.code, error.detail) from None
    return found


Address = Annotated[str, Checked(_address, {"minLength": 1, "maxLength": 2000})]
"""A web address: http or https, complete, without a user name or password."""

Wording = Annotated[str, Checked(_wording, {"minLength": 1, "maxLength": 1000})]
"""A source's words, verbatim: checked, never cleaned."""


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        raise refuse("unknown-reference", "No record of your organisation has this id.")
    return value


UUID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
Id = Annotated[str, Checked(_identifier, {"format": "uuid", "pattern": UUID_PATTERN})]


# A fault below one of two alternatives names the member, not the alternative: see problems.pointer.
NEW, KNOWN = Tag("<new>"), Tag("<known>")
NEW_OR_KNOWN = Discriminator(lambda value: "<known>" if isinstance(value, str) else "<new>")


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 60:
        raise refuse("invalid-code", "Write a code in small Latin letters, digits and single hyphens.")
    return value


Slug = Annotated[str, Checked(_slug, {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60})]


def _incident_code(value: str) -> str:
    if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", value) or len(value) > 40:
        raise refuse("invalid-code", "Write a code in capital Latin letters, digits and single hyphens.")
    return value


IncidentCode = Annotated[
    str, Checked(_incident_code, {"pattern": "^[A-Z0-9]+(-[A-Z0-9]+)*$", "maxLength": 40})
]


def _pcode(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,18}", value):
        raise refuse("invalid-code", "Write the p-code: two letters of the country, then letters or digits.")
    return value


PCode = Annotated[str, Checked(_pcode, {"pattern": "^[A-Z]{2}[A-Z0-9]{0,18}$"})]


def _pattern(pattern: str, code: str, words: str) -> Checked:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise refuse(code, words)
        return value

    return Checked(check, {"pattern": f"^{pattern}$"})


def _country(value: str) -> str:
    if value not in COUNTRIES:
        raise refuse("invalid-code", "Write the two capital letters of ISO 3166-1.")
    return value


Country = Annotated[str, Checked(_country, {"pattern": "^[A-Z]{2}$"})]
Language = Annotated[
    str,
    _pattern(
        "[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", "invalid-code", "Write a BCP 47 tag such as ur or sr-Latn."
    ),
]
Script = Annotated[
    str, _pattern("[A-Z][a-z]{3}", "invalid-code", "Write the ISO 15924 script, such as Arab or Latn.")
]
Sha256 = Annotated[
    str, _pattern("[0-9a-f]{64}", "invalid-digest", "Write the SHA-256 as 64 small hexadecimal digits.")
]


def _calendar_day(value: str) -> str:
    try:
        if _DAY.fullmatch(value):
            date.fromisoformat(value)
            return value
    except ValueError:
        raise refuse("invalid-date", "There is no such day.") from None
    raise refuse("invalid-date", "Write the day as YYYY-MM-DD.")


AskedDay = Annotated[str, Checked(_calendar_day, {"format": "date"})]
"""A day that a question asks about: any there is, the future too."""


def _day(value: str) -> str:
    if not value.isascii() and any(character.isdigit() for character in value):
        raise refuse("non-ascii-digits", "Write the date with the digits 0-9.")
    if not _DAY.fullmatch(value):
        raise refuse("invalid-date", "Write the day as YYYY-MM-DD.")
    if "1300" <= value[:4] <= "1500":
        raise refuse(
            "calendar-suspected",
            "The year looks like the Hijri or Jalali calendar; write the Gregorian day and keep the "
            "source's own words as wording.",
        )
    _calendar_day(value)
    if value < EARLIEST:
        raise refuse("invalid-date", "Days before 1900 are not taken.")
    # A day may have begun already where the source is, up to fourteen hours east of UTC.
    if value > (datetime.now(UTC) + timedelta(hours=14)).date().isoformat():
        raise refuse("future-date", "The day has not come yet.")
    return value


Day = Annotated[str, Checked(_day, {"format": "date"})]


def _instant(value: str) -> str:
    if not value.isascii() or not _DAY.fullmatch(value[:10]) or len(value) < 16 or value[10] != "T":
        raise refuse("invalid-date", "Write the instant as YYYY-MM-DDThh:mm:ssZ.")
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise refuse("invalid-date", "There is no such instant.") from None
    if found.tzinfo is None:
        raise refuse("missing-offset", "Give the offset from UTC, for example Z or +05:00.")
    if value < EARLIEST:
        # And the offset of an instant in the first or last year could lead out of the calendar.
        raise refuse("invalid-date", "Instants before 1900 are not taken.")
    if found > datetime.now(UTC) + timedelta(hours=1):
        raise refuse("future-date", "The instant has not come yet.")
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[str, Checked(_instant, {"format": "date-time"})]


def _whole(low: int, high: int, code: str, words: str, *, above: str = "out-of-range") -> Checked:
    def check(value: int) -> int:
        if value < low:
            raise refuse(code, words)
        if value > high:
            raise refuse(above, words)
        return value

    return Checked(check, {"minimum": low, "maximum": high})


Number = Annotated[
    int, _whole(0, LARGEST_COUNT, "invalid-count", "A count is a whole number from 0 to 100,000,000.")
]
_AGE = "An age is given in whole years from 0 to 130."
AgeYears = Annotated[int, _whole(0, 130, "invalid-age", _AGE, above="invalid-age")]
Metres = Annotated[int, _whole(0, 20_000_000, "out-of-range", "A radius is given in whole metres.")]
RowNumber = Annotated[int, _whole(1, 100_000_000, "out-of-range", "Rows count from 1.")]


def _degrees(bound: float, name: str) -> Checked:
    def check(value: float) -> float:
        if not -bound <= value <= bound:
            raise refuse("invalid-coordinate", f"A {name} lies between -{bound:g} and {bound:g} degrees.")
        return float(value)

    return Checked(check, {"minimum": -bound, "maximum": bound})


Longitude = Annotated[float, _degrees(180.0, "longitude")]
Latitude = Annotated[float, _degrees(90.0, "latitude")]


def code(vocabulary: type[Vocabulary]) -> Checked:
    """Give the check that a text is one of a vocabulary's codes."""
    codes = vocabulary.codes()

    def check(value: str) -> str:
        if value not in codes:
            raise refuse("unknown-code", "Use one of: " + ", ".join(codes) + ".")
        return value

    return Checked(check, {"enum": list(codes)})


VisibilityChoice = Annotated[
    Literal["restricted", "organisation", "partners"],
    Field(
        description="Who may see the record; only the act of publishing makes it public.",
        examples=["organisation"],
    ),
]


class RecordHead(Strict):
    """What the service adds to every record."""

    id: Id = Field(description="Random identifier.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    version: int = Field(description="How many revisions the record has; send it as If-Match.", examples=[1])
    log_sequence: int = Field(description="Where in the log the latest act on it stands.", examples=[42])
    recorded_at: str = Field(
        description="When the latest act was recorded, UTC.", examples=["2026-02-03T09:30:00.000000Z"]
    )
    withheld: list[str] = Field(
        default=[],
        description="Fields that you may not read; they stand as null, or as an empty list, which says "
        "nothing of what is known. Left out where nothing is withheld.",
        examples=[["external_id", "names", "note"]],
    )


ReasonCodes = Annotated[str, code(ReasonCode)]


class ReasonIn(Strict):
    """Why a record is changed."""

    code: ReasonCodes = Field(description="The reason's code.", examples=["error_fixed"])
    note: LongText | None = Field(default=None, description="In words.", examples=["A digit was misread."])
