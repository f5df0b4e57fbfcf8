"""What is found in texts for the public, in any script, and what is not."""

from __future__ import annotations

import pytest

from domain.public_text import (
    ADDRESS,
    COORDINATES,
    CREDENTIALS,
    EMAIL,
    NAME,
    PHONE,
    WHAT_TO_DO,
    Names,
    find,
)

GIVEN_AWAY = [
    (PHONE, "Call the office at +92 300 1234567."),
    (PHONE, "Reach the family on 0300-1234567"),
    (PHONE, "tel. (021) 555-01234 in the evening"),
    (PHONE, "0092 300 12 34 567"),
    (PHONE, "ring 03001234567"),
    (PHONE, "call 555 123 4567"),
    (PHONE, "اتصل على ٠٣٠٠١٢٣٤٥٦٧"),
    (PHONE, "звонить 8 (495) 123-45-67"),
    (EMAIL, "Write to someone@example.org."),
    (EMAIL, "Write to someone (at) example (dot) org"),
    (EMAIL, "кто-то@пример.рф знает больше"),
    (CREDENTIALS, "See https://user:word@example.org/file"),
    (CREDENTIALS, "See https://example.org/file?token=abc123"),
    (CREDENTIALS, "https://example.org/a?x=1&api_key=7"),
    (ADDRESS, "They lived at 12 Market Street."),
    (ADDRESS, "A shell hit 7 Old Bridge Road, killing two."),
    (ADDRESS, "The family of Flat 3 survived."),
    (ADDRESS, "in apartment 4B of the block"),
    (ADDRESS, "House No. 14 was hit"),
    (ADDRESS, "at Market Street 12, near the school"),
    (ADDRESS, "devant le 12 rue Centrale"),
    (ADDRESS, "vor der Bahnhofstraße 12 in der Nacht"),
    (ADDRESS, "попадание в дом 5"),
    (ADDRESS, "ул. Садовая, д. 12"),
    (ADDRESS, "у квартири, вул. Лісова, буд. 7"),
    (ADDRESS, "قصف منزل رقم 12"),
    (ADDRESS, "في شارع السوق رقم 4"),
    (ADDRESS, "شقة 3 في المبنى"),
    (COORDINATES, "at 26.0012, 63.0456 north of town"),
    (COORDINATES, "26.00123 N 63.04567 E"),
    (COORDINATES, "at 26°00'12\" N"),
    (COORDINATES, "geo:26.0012,63.0456"),
    (COORDINATES, "the code 8FVC9G8F+6X is known"),
    (COORDINATES, "///filled.count.soap"),
]
HARMLESS = [
    "On 2026-01-30 and until 02.02.2026, 48 killed and 33 injured.",
    "PK-2026-0001 is part of PK-2026-0012.",
    "Between 30 January and 2 February 2026, 10 to 12 persons died.",
    "More than 1,500,000 were displaced; 23,210 were killed.",
    "1 500 000 displaced since 2014-2026.",
    "From 2023/24 on, at 10:30 and 14:45.",
    "The bomb of 2,000 kg fell 3.5 km north of the town, at 26.0 N.",
    "Killed: 48. Injured: 103. Missing: 7.",
    "48 killed on the road to the coast; on the road 12 people died.",
    "Troops of unit 3 and Brigade 12 took the street.",
    "Погибли 48 человек, ранены 33, в том числе 12 детей.",
    "قتل 48 شخصا وجرح 33 في السوق.",
    "See https://example.org/news?id=7 and A/HRC/60/12.",
    "At a house near the market, three persons were killed.",
    "the 122-mm shells, 155 mm and 5.56 mm rounds",
    "Resolution 2286 (2016) and document 12/2026",
]


@pytest.mark.parametrize(("kind", "text"), GIVEN_AWAY)
def test_what_gives_a_person_or_a_place_away_is_found(kind: str, text: str) -> None:
    assert kind in {one.kind for one in find({"narrative": text}, ())}, find({"narrative": text}, ())


@pytest.mark.parametrize("text", HARMLESS)
def test_days_counts_and_codes_are_not_found(text: str) -> None:
    assert find({"narrative": text}, ["Samira Exampleton"]) == ()


NAMED = [
    ("Samira Exampleton", "Neighbours say Samira Exampleton fled."),
    ("Samira Exampleton", "SAMIRA EXAMPLETON fled"),
    ("Samira Exampleton", "Exampleton, Samira, aged 34"),
    ("Samira Anna Exampleton", "the wounded Samira Exampleton"),
    ("Samira Exampleton", "Samira Exampleton's brother"),
    ("Sàmíra Exämpleton", "Samira Exampleton"),
    ("Samira Exampleton", "Samira\u00a0Exampleton"),
    ("Samira Exampleton", "Sam\u00adira Exampleton"),
    ("O'Neverland Tom", "Tom O\u2019Neverland"),
    ("سميرة المثال", "قالت سميرة المثال إنها نجت"),
    ("سميرة المثال", "جُرحت سَمِيرة المثال"),
    ("أحمد المثال", "واحمد مثال وعائلته"),
    ("أحمد المثال", "أحمـــد المثال"),
    ("Иван Примеров", "ранен Иван Примеров"),
    ("Иван Примеров", "у Ивана Примерова осталась семья"),
    ("Алёна Примерова", "Алена Примерова ранена"),
    ("例示花子", "負傷者は例示花子さん"),
    ("例示 花子", "負傷者は例示 花子さん"),
    ("Mononym", "so Mononym said"),
]


@pytest.mark.parametrize(("name", "text"), NAMED)
def test_a_name_is_found_in_any_script_however_it_is_written(name: str, text: str) -> None:
    found = find({"title": text}, [name])
    assert [one.kind for one in found] == [NAME]
    assert 0 <= found[0].start < found[0].end <= len(text)


def test_a_word_of_a_name_alone_is_no_name() -> None:
    text = "Samira market in Exampleton district; سميرة في السوق; Иван Лесной"
    assert find({"t": text}, ["Samira Exampleton", "سميرة المثال", "Иван Примеров"]) == ()


def test_a_finding_says_where_and_what_to_do_and_never_what() -> None:
    text = "Samira Exampleton, +92 300 1234567, someone@example.org"
    found = find({"title": "Attack", "narrative": text}, ["Samira Exampleton"])
    assert [(one.kind, one.start) for one in found] == [(NAME, 0), (PHONE, 19), (EMAIL, 36)]
    said = " ".join(f"{one.key} {one.detail}" for one in found)
    assert not [word for word in ("Samira", "Exampleton", "300", "someone") if word in said]
    assert found[0].key == "narrative:name:0-17"
    assert {one.kind for one in found} <= WHAT_TO_DO.keys()


def test_ten_thousand_names_are_looked_for_in_a_long_text_at_once() -> None:
    names = Names(f"Given{i:05} Family{i:05}" for i in range(10_000))
    text = "People gave way to the family of the given. " * 400
    assert list(names.spans(text + "Family00042 Given00042"))[-1][1] == len(text) + 22
