"""Citations: what each standard requires is there, in its form, and nothing is made up."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # the package has no types; schemathesis brings it

from domain.publications import ReleaseFile, digest_of, read_manifest
from exchange.writers.citations import Numbered, citations
from exchange.writers.release_documents import Publication

PUBLICATION = Publication(
    organisation='Recorder "Ärzte: Süd" & Söhne',
    title="Casualties: 2026, #1 of {several}",
    notes='Two districts had no access.\nA "quoted" word, a \\ and a tab\there.',
    cutoff="2026-03-31",
    start="2026-01-01",
    end=None,
    log_sequence=412,
    log_hash="ab" * 32,
    log_at="2026-03-31T20:00:00.000000Z",
    methodology_version="2.0",
    codelist_version="cd" * 32,
)
ONE = Numbered(
    PUBLICATION,
    digest="ef" * 32,
    number=7,
    approved_on="2026-04-02",
    files=(("monthly.csv", "text/csv", 120, "01" * 32), ("notes.md", "text/markdown", 9, "02" * 32)),
)


@pytest.fixture
def made() -> dict[str, ReleaseFile]:
    return {one.name: one for one in citations(ONE)}


def json_of(made: dict[str, ReleaseFile], name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made[name].content)
    return found


def test_the_citation_file_has_what_version_1_2_0_requires(made: dict[str, ReleaseFile]) -> None:
    # Citation File Format 1.2.0, schema guide, "Valid keys": authors, cff-version, message and title are
    # required; type is software or dataset; an entity has a name; date-released is a date in quotes.
    found = yaml.safe_load(made["CITATION.cff"].content)
    assert set(found) <= {
        *("abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers"),
        *("keywords", "license", "license-url", "message", "preferred-citation", "references", "repository"),
        *("repository-artifact", "repository-code", "title", "type", "url", "version"),
    }
    assert found["cff-version"] == "1.2.0"
    assert found["message"]
    assert found["type"] == "dataset"
    assert found["title"] == f"{PUBLICATION.title}. Release 7"
    assert found["authors"] == [{"name": PUBLICATION.organisation}]
    assert found["version"] == "7"
    assert found["date-released"] == "2026-04-02"
    assert PUBLICATION.notes in found["abstract"]
    (identifier,) = found["identifiers"]
    assert identifier["type"] in ("doi", "url", "swh", "other")
    assert identifier["value"] == f"sha256:{ONE.digest}"


def test_datacite_has_its_mandatory_properties_and_no_identifier_that_nobody_gave(
    made: dict[str, ReleaseFile],
) -> None:
    # DataCite Metadata Schema 4.6, mandatory properties: 1 Identifier (the agency's to give), 2 Creator with
    # creatorName, 3 Title, 4 Publisher, 5 PublicationYear (YYYY), 10 ResourceType with resourceTypeGeneral.
    found = json_of(made, "datacite.json")
    assert found["schemaVersion"] == "http://datacite.org/schema/kernel-4"
    assert found["creators"] == [{"name": PUBLICATION.organisation, "nameType": "Organizational"}]
    assert found["titles"][0]["title"]
    assert found["publisher"] == {"name": PUBLICATION.organisation}
    assert re.fullmatch(r"\d{4}", found["publicationYear"])
    assert found["types"]["resourceTypeGeneral"] == "Dataset"
    assert {"doi", "identifiers", "id", "url"}.isdisjoint(found)
    # 8.a dateType and 17.a descriptionType are of controlled lists; 8 takes RKMS-ISO8601 ranges.
    assert {one["dateType"] for one in found["dates"]} <= {"Issued", "Other", "Coverage"}
    assert {"date": "2026-01-01/2026-03-31", "dateType": "Coverage"} in found["dates"]
    assert {one["descriptionType"] for one in found["descriptions"]} <= {"Abstract", "Methods"}
    boundless = replace(ONE, publication=replace(PUBLICATION, start=None))
    (again,) = [one for one in citations(boundless) if one.name == "datacite.json"]
    assert "Coverage" not in again.content.decode()


def test_the_dataset_of_schema_org_names_every_file_with_its_digest(made: dict[str, ReleaseFile]) -> None:
    # schema.org Dataset; Google's structured data for datasets requires name and description (50 to 5,000
    # characters) and recommends distribution with contentUrl; sha256 is of MediaObject.
    found = json_of(made, "dataset.jsonld")
    assert (found["@context"], found["@type"]) == ("https://schema.org/", "Dataset")
    assert found["name"]
    assert 50 <= len(found["description"]) <= 5_000
    assert found["temporalCoverage"] == "2026-01-01/2026-03-31"
    assert "Methodology 2.0" in found["measurementTechnique"]
    assert found["datePublished"] == "2026-04-02"
    assert found["publisher"]["name"] == PUBLICATION.organisation
    told = [(one["contentUrl"], one["encodingFormat"], one["sha256"]) for one in found["distribution"]]
    assert told == [(name, media, sha256) for name, media, _, sha256 in ONE.files]
    assert {one["@type"] for one in found["distribution"]} == {"DataDownload"}
    # Every member is a term of schema.org or a keyword of JSON-LD: another would be dropped when expanded.
    assert set(found) == {
        *("@context", "@type", "name", "description", "version", "datePublished", "temporalCoverage"),
        *("creator", "publisher", "keywords", "identifier", "measurementTechnique", "variableMeasured"),
        "distribution",
    }


def test_the_citations_have_a_manifest_of_their_own(made: dict[str, ReleaseFile]) -> None:
    named = read_manifest(made["SHA256SUMS.citation"].content)
    assert named == {
        name: digest_of(one.content) for name, one in made.items() if name != "SHA256SUMS.citation"
    }
    assert citations(ONE) == list(made.values())
