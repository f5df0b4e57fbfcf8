"""How a release is cited: CITATION.cff, DataCite JSON and schema.org JSON-LD, with a manifest of their own.

They carry the number and the day of approval, which what was approved cannot. No identifier is made up: a DOI
is given by a registration agency, and until then the SHA-256 of the manifest names the release.

Sources: Citation File Format 1.2.0, schema guide, "Valid keys"; DataCite Metadata Schema 4.6, properties 2
to 5 and 10 (mandatory), 8.a (types of dates) and its JSON form; schema.org 29, Dataset, DataDownload and
MediaObject.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from domain.publications import CITATION_MANIFEST, ReleaseFile, manifest
from exchange.writers.release_documents import Publication, dumped

CFF_VERSION = "1.2.0"
DATACITE_SCHEMA = "http://datacite.org/schema/kernel-4"
_KEYWORDS = ("casualty recording", "armed conflict", "civilian harm", "statistics")
_TECHNIQUE = (
    "Casualty recording: every claim kept with its source, figures computed by named and versioned policies, "
    "confirmed by two members, and summed as an interval with its open incidents."
)
Listed = tuple[str, str, int, str]
"""A file of the release: name, media type, bytes, SHA-256."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A release as it is cited: what it says of itself, its digest, number, day of approval and files."""

    publication: Publication
    digest: str
    number: int
    approved_on: str
    files: tuple[Listed, ...]

    @property
    def title(self) -> str:
        """Give the title with the number, as a citation has it."""
        return f"{self.publication.title}. Release {self.number}"

    @property
    def description(self) -> str:
        """Say in a paragraph what is in it."""
        one = self.publication
        said = (
            f"Release {self.number} of {one.organisation}: {one.what} "
            f"(UTC), {one.covers}. Low and high are bounds and no confidence interval; an empty cell is not "
            "known and never zero."
        )
        return f"{said} {one.notes}" if one.notes else said

    @property
    def temporal(self) -> str:
        """Give the days of harm as an ISO 8601 interval; two dots for an end without a bound."""
        one = self.publication
        return f"{one.start or '..'}/{one.end or one.cutoff}"


def citations(one: Numbered) -> list[ReleaseFile]:
    """Give the citations of a release, and last their manifest."""
    found = [
        ReleaseFile("CITATION.cff", "text/yaml", citation_cff(one).encode()),
        ReleaseFile("datacite.json", "application/vnd.datacite.datacite+json", dumped(datacite(one))),
        ReleaseFile("dataset.jsonld", "application/ld+json", dumped(dataset(one))),
    ]
    return [*found, ReleaseFile(CITATION_MANIFEST, "text/plain", manifest(found))]


def _quoted(text: str) -> str:
    # A JSON string is a YAML 1.2 double-quoted scalar.
    return json.dumps(text, ensure_ascii=False)


def citation_cff(one: Numbered) -> str:
    """Give CITATION.cff: YAML whose every text is quoted."""
    told = f"SHA-256 of {len(one.files)} files: of the manifest SHA256SUMS."
    lines = [
        f"cff-version: {CFF_VERSION}",
        f"message: {_quoted('If you use these data, please cite the release by its number.')}",
        "type: dataset",
        f"title: {_quoted(one.title)}",
        f"version: {_quoted(str(one.number))}",
        f"date-released: {_quoted(one.approved_on)}",
        "authors:",
        f"  - name: {_quoted(one.publication.organisation)}",
        f"abstract: {_quoted(one.description)}",
        "keywords:",
        *(f"  - {_quoted(word)}" for word in _KEYWORDS),
        "identifiers:",
        "  - type: other",
        f"    value: {_quoted(f'sha256:{one.digest}')}",
        f"    description: {_quoted(told)}",
    ]
    return "\n".join(lines) + "\n"


def datacite(one: Numbered) -> dict[str, Any]:
    """Give DataCite's metadata as JSON, without an identifier: the agency that registers the DOI adds it."""
    name = one.publication.organisation
    return {
        "schemaVersion": DATACITE_SCHEMA,
        "creators": [{"name": name, "nameType": "Organizational"}],
        "titles": [{"title": one.title}],
        "publisher": {"name": name},
        "publicationYear": one.approved_on[:4],
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Casualty statistics"},
        "subjects": [{"subject": word} for word in _KEYWORDS],
        "dates": [
            {"date": one.approved_on, "dateType": "Issued"},
            {
                "date": one.publication.cutoff,
                "dateType": "Other",
                "dateInformation": f"Cut-off: {one.publication.of} at the end of this day, UTC",
            },
            *_coverage(one),
        ],
        "alternateIdentifiers": [
            {
                "alternateIdentifier": f"sha256:{one.digest}",
                "alternateIdentifierType": "SHA-256 of SHA256SUMS",
            }
        ],
        "sizes": [f"{size} bytes ({name})" for name, _, size, _ in one.files],
        "formats": sorted({media for _, media, _, _ in one.files}),
        "version": str(one.number),
        "descriptions": [
            {"description": one.description, "descriptionType": "Abstract"},
            {"description": _method(one), "descriptionType": "Methods"},
        ],
    }


def _coverage(one: Numbered) -> list[dict[str, Any]]:
    # A range in a date of DataCite has two ends.
    return [] if one.publication.start is None else [{"date": one.temporal, "dateType": "Coverage"}]


def dataset(one: Numbered) -> dict[str, Any]:
    """Give the release as a schema.org Dataset, each file a DataDownload with its SHA-256.

    The address of a file is its name: relative to wherever the document stands.
    """
    publisher = {"@type": "Organization", "name": one.publication.organisation}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": one.title,
        "description": one.description,
        "version": str(one.number),
        "datePublished": one.approved_on,
        "temporalCoverage": one.temporal,
        "creator": publisher,
        "publisher": publisher,
        "keywords": list(_KEYWORDS),
        "identifier": {"@type": "PropertyValue", "propertyID": "SHA-256 of SHA256SUMS", "value": one.digest},
        "measurementTechnique": f"{_TECHNIQUE} {_method(one)}",
        "variableMeasured": [
            {"@type": "PropertyValue", "name": "low", "description": "Sum of the lowest numbers of persons."},
            {
                "@type": "PropertyValue",
                "name": "high",
                "description": "Sum of the highest numbers of persons.",
            },
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": name,
                "encodingFormat": media,
                "contentSize": f"{size} B",
                "sha256": sha256,
            }
            for name, media, size, sha256 in one.files
        ],
    }


def _method(one: Numbered) -> str:
    return (
        f"Methodology {one.publication.methodology_version}, code lists "
        f"{one.publication.codelist_version[:12]}; the log stood at sequence {one.publication.log_sequence}, "
        f"hash {one.publication.log_hash}."
    )
