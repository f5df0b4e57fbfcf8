"""Locating: what a file says of a place against what the gazetteer knows; distances are of real towns."""

from collections.abc import Sequence

from domain.gazetteer import Candidate, Spot, Unit
from domain.locating import Located, Seat, located

BALOCHISTAN = Unit("PK2", "PK", 1, "Balochistan", None, "2022-09-09")
NUSHKI = Unit("PK223", "PK", 2, "Nushki", "PK2", "2022-09-09")
CHAGAI = Unit("PK203", "PK", 2, "Chagai", "PK2", "2022-09-09")
BUGTI = Unit("PK204", "PK", 2, "Dera Bugti", "PK2", "2022-09-09")
GWADAR = Unit("PK205", "PK", 2, "Gwadar", "PK2", "2022-09-09")
MACH = Spot("geonames", "1171757", "PK", "Mach", 29.86371, 67.33018, "PK2")
BUGTI_TOWN = Seat(BUGTI, Spot("geonames", "1180295", "PK", "Dera Bugti", 29.03619, 69.15849, "PK2"))
GWADAR_TOWN = Seat(GWADAR, Spot("geonames", "1177446", "PK", "Gwadar", 25.12163, 62.32541, "PK2"))


def found_for(
    province: Unit | None,
    district: Unit | None,
    lies: tuple[Unit, str] | None = None,
    *,
    district_named: bool = True,
    is_a_point: bool = True,
    namesake: tuple[int, Spot] | None = None,
    seats: Sequence[tuple[int, Seat]] = (),
) -> Located:
    return located(
        None if province is None else exact(province),
        None if district is None else exact(district),
        lies,
        province_named=True,
        district_named=district_named,
        is_a_point=is_a_point,
        namesake=namesake,
        seats=seats,
    )


def exact(unit: Unit) -> Candidate:
    return Candidate("exact", "", unit)


def test_reported_units_that_are_settled_give_their_p_codes() -> None:
    found = found_for(BALOCHISTAN, NUSHKI)
    assert (found.adm1, found.adm2, found.mismatch, found.unresolved) == (BALOCHISTAN, NUSHKI, None, None)


def test_dalbandin_filed_under_nushki_lies_in_chagai_and_says_so() -> None:
    lies = (CHAGAI, "Dalbandin is the seat of Chagai district.")
    found = found_for(BALOCHISTAN, NUSHKI, lies)
    assert found.adm2 == CHAGAI
    assert found.mismatch == ("Reported in Nushki (PK223). Dalbandin is the seat of Chagai district. (PK203)")


def test_a_district_that_is_not_settled_is_unresolved_and_a_missing_one_is_unnamed() -> None:
    karachi = found_for(BALOCHISTAN, None)
    assert (karachi.adm1, karachi.adm2, karachi.unresolved) == (BALOCHISTAN, None, "adm2")
    only_province = found_for(BALOCHISTAN, None, district_named=False)
    assert only_province.unresolved == "unnamed"
    assert found_for(None, None).unresolved == "adm1"


def test_a_point_far_from_the_place_of_its_name_is_said_and_moves_no_code() -> None:
    found = found_for(BALOCHISTAN, NUSHKI, namesake=(329_400, MACH))
    assert found.adm2 == NUSHKI
    assert found.mismatch == "The point lies 329 km from Mach, which bears this name."
    assert found_for(BALOCHISTAN, NUSHKI, namesake=(24_000, MACH)).mismatch is None


def test_a_point_in_another_corner_of_the_province_is_said() -> None:
    seats = ((797_000, BUGTI_TOWN), (65_000, GWADAR_TOWN))
    found = found_for(BALOCHISTAN, BUGTI, seats=seats)
    assert found.adm2 == BUGTI
    assert found.mismatch == (
        "The point lies 797 km from Dera Bugti, the town that PK204 is named after, and 65 km from Gwadar "
        "(PK205)."
    )


def test_a_point_at_the_edge_of_a_wide_district_is_not_doubted() -> None:
    seats = ((120_000, BUGTI_TOWN), (50_000, GWADAR_TOWN))
    assert found_for(BALOCHISTAN, BUGTI, seats=seats).mismatch is None
    assert found_for(BALOCHISTAN, NUSHKI, seats=seats).mismatch is None


def test_the_centre_of_a_whole_unit_is_compared_with_no_town() -> None:
    seats = ((797_000, BUGTI_TOWN), (65_000, GWADAR_TOWN))
    found = found_for(BALOCHISTAN, BUGTI, is_a_point=False, namesake=(329_400, MACH), seats=seats)
    assert found.mismatch is None
