"""Names of places: the spellings are those of UCDP GED 21.1 and of OCHA's p-code list for Pakistan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gazetteer import (
    KINDS_OF_PLACE,
    Named,
    Spot,
    Unit,
    aliases_of,
    candidates,
    lies_in,
    metres_between,
    normal,
    settled,
    spelling,
)
from domain.gazetteer_aliases import ALIASES, LIES_IN


def unit(pcode: str, name: str, parent: str | None = "PK2") -> Unit:
    return Unit(pcode, pcode[:2], 1 if parent is None else 2, name, parent, "2022-09-09")


KACHHI, CHAGAI = unit("PK209", "Kachhi"), unit("PK203", "Chagai")
JAFFARABAD, MUSAKHEL = unit("PK207", "Jaffarabad"), unit("PK221", "Musakhel")
KHUZDAR, KALAT = unit("PK213", "Khuzdar"), unit("PK210", "Kalat")
UNITS = (KACHHI, CHAGAI, JAFFARABAD, MUSAKHEL, KHUZDAR, KALAT)


def named(*units: Unit) -> list[Named]:
    return [Named(one.name, True, one) for one in units]


def alike(name: str, *units: Unit) -> list[Named]:
    """Give what the database would find: the names that share the normal form or the spelling."""
    return [
        one
        for one in named(*units)
        if normal(one.name) == normal(name) or spelling(one.name) == spelling(name)
    ]


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Quetta district", "quetta"),
        ("Jafarabad Distrcit", "jafarabad"),  # as UCDP spells it
        ("Gilgit-Baltistan", "gilgit baltistan"),
        ("Azad Jammu & Kashmir", "azad jammu kashmir"),
        ("Khyber Pakhtunkhwa province", "khyber pakhtunkhwa"),
        ("Zōr Kōṯ", "zor kot"),
        ("Sana'a", "sanaa"),
        ("Area", "area"),
        ("كويته", "كويته"),
    ],
)
def test_a_name_is_compared_without_case_accents_and_the_word_for_its_kind(written: str, form: str) -> None:
    assert normal(written) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jafarabad Distrcit", "Jaffarabad"),
        ("Musa Khel district", "Musakhel"),
        ("Khozdar", "Khuzdar"),
        ("Khelat", "Kelat"),
        ("Qila Saifullah", "Killa Saifullah"),
        ("Soorab", "Surab"),
        ("Diamer district", "Diamir"),
        ("Machh town", "Mach"),
        ("Khyber Pakhtunkwa province", "Khyber Pakhtunkhwa"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert spelling(one) == spelling(other)


@pytest.mark.parametrize(("one", "other"), [("Kohlu", "Kalat"), ("Kech", "Kachhi"), ("Sibi", "Sherani")])
def test_different_districts_keep_different_keys(one: str, other: str) -> None:
    assert spelling(one) != spelling(other)


def test_a_spelling_settles_a_name_within_its_province_only() -> None:
    found = candidates("PK", "Jafarabad Distrcit", alike("Jafarabad", *UNITS), level=2, within="PK2")
    assert [(one.rule, one.unit) for one in found] == [("spelling", JAFFARABAD)]
    certain = settled(found, within="PK2")
    assert certain is not None
    assert certain.unit == JAFFARABAD
    assert settled(found, within=None) is None


def test_bolan_is_kachhi_by_the_alias_table_with_its_reason() -> None:
    (alias,) = aliases_of("PK", "Bolan district")
    (found,) = candidates("PK", "Bolan district", [], [(alias, KACHHI)], level=2, within="PK2")
    assert (found.rule, found.unit) == ("alias", KACHHI)
    assert "Kachhi" in found.reason
    assert settled([found], within=None) is found


def test_two_units_of_one_name_settle_nothing() -> None:
    # Karachi is seven districts in the p-code list, and UCDP names the city.
    twins = (unit("PK901", "Bagh"), unit("PK902", "Bagh"))
    found = candidates("PK", "Bagh district", named(*twins), level=2, within="PK2")
    assert [one.unit for one in found] == list(twins)
    assert settled(found, within="PK2") is None


def test_the_word_for_the_kind_tells_two_units_of_one_name_apart() -> None:
    # OCHA's list for Yemen has both Hajjah and Hajjah City.
    town, around = unit("YE1703", "Hajjah City", "YE17"), unit("YE1704", "Hajjah", "YE17")
    asked = candidates("YE", "Hajjah City", named(around, town), within="YE17")
    found = settled(asked, within="YE17")
    assert found is not None
    assert (found.rule, found.unit) == ("exact", town)


def test_another_province_s_district_is_no_candidate() -> None:
    assert candidates("PK", "Kalat", named(KALAT), level=2, within="PK5") == ()


def test_a_place_is_no_candidate_where_a_unit_is_asked_for() -> None:
    town = Spot("geonames", "1175296", "PK", "Kalat", 29.02663, 66.59361)
    both = [*named(KALAT), Named("Kalat", True, spot=town)]
    assert [one.unit for one in candidates("PK", "Kalat", both, level=2)] == [KALAT]
    assert len(candidates("PK", "Kalat", both)) == 2


def test_dalbandin_lies_in_chagai_and_chaman_is_a_district_since_2021() -> None:
    dalbandin, chaman = lies_in("PK", "Dalbandin town"), lies_in("PK", "Chaman town")
    assert dalbandin is not None
    assert dalbandin.on("2010-05-14") == dalbandin.on(None) == "PK203"
    assert chaman is not None
    assert (chaman.on("2010-01-01"), chaman.on("2022-01-01"), chaman.on(None)) == ("PK214", "PK235", "PK235")


def test_the_alias_table_is_written_in_normal_form_and_gives_reasons() -> None:
    for table in (ALIASES, LIES_IN):
        assert [name for _, name in table if normal(name) != name] == []
    assert [one for entries in ALIASES.values() for one in entries if not one.reason.endswith(".")] == []
    assert [one for one in LIES_IN.values() if not one.reason.endswith(".") or one.units[0][0]] == []


def test_distance_is_along_the_great_circle() -> None:
    # Quetta to Karachi, some 585 km by air.
    assert 575_000 < metres_between(67.00, 30.18, 67.01, 24.86) < 600_000
    assert metres_between(67.0, 30.0, 67.0, 30.0) == 0


@given(st.text(max_size=60))
def test_forms_of_any_text_are_stable(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert spelling(normal(text)) == spelling(text)


@given(st.lists(st.sampled_from(UNITS), unique=True).flatmap(st.permutations))
def test_the_order_of_the_gazetteer_changes_no_resolution(units: list[Unit]) -> None:
    forward = candidates("PK", "Kalat", named(*units))
    assert forward == candidates("PK", "Kalat", named(*reversed(units)))


def test_no_word_for_a_kind_is_a_district_of_the_list() -> None:
    assert all(normal(one.name) == one.name.casefold() for one in UNITS)
    assert "distrcit" in KINDS_OF_PLACE
