"""The rows of each list as flat tables: one select of the columns needed, streamed from one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import kinds
from db.field_classes import OPEN
from db.kinds import Kind
from db.queries import lists
from db.tables.claims import claim, figure
from db.tables.incidents import incident, incident_cause, incident_party
from db.tables.incidents import place as place_table
from db.tables.reports import report, report_citation
from db.tables.sources import source
from db.tables.victims import victim_group, victim_name, victim_outcome
from domain.vocab import PlacePrecision

AT_ONCE = 1_000
"""Rows fetched at a time, and records whose parts are asked for together."""
SEPARATOR = "; "
"""Between the values of a column that holds several."""

Row = Sequence[Any]
Beside = Callable[[Connection, Sequence[str]], Mapping[str, Row]]


@dataclass(frozen=True)
class Listed:
    """How a list becomes rows: columns of its tables, then what is fetched beside them for each chunk.

    ``beside`` gives by id the values of the columns ``more``, which stand after the others.
    """

    kind: Kind
    columns: tuple[Any, ...]
    joins: tuple[tuple[Any, Any, bool], ...] = ()
    """Table, condition, and whether a row stays that has none."""
    last: tuple[Any, ...] = ()
    """What orders the rows of one record."""
    more: tuple[str, ...] = ()
    beside: Beside | None = None
    more_from: Mapping[str, sa.Column[Any]] = field(default_factory=dict)
    """Those of ``more`` that are not open to everybody in the organisation: the columns they come from."""
    names: tuple[str, ...] = field(init=False)
    sensitive: Mapping[int, bool] = field(init=False)
    """The places of sensitive columns, each with whether it is of the record that the row begins with."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", (*(str(one.name) for one in self._selected()), *self.more))
        columns = {str(one.name): one for one in self._selected() if isinstance(one, sa.Column)}
        own = {self.kind.table, *(part.table for part in self.kind.parts.values())}
        object.__setattr__(
            self,
            "sensitive",
            {
                self.names.index(name): column.table in own
                for name, column in {**columns, **self.more_from}.items()
                if column.info["field_class"] not in OPEN
            },
        )

    def _selected(self) -> tuple[Any, ...]:
        c = self.kind.table.c
        return c.id, c.version, c.seq.label("log_sequence"), c.recorded_at, *self.columns

    def query(self, organisation: str, filters: Mapping[str, Any]) -> sa.Select[Any]:
        """Give the select of every row that the list with these filters has, in the list's order."""
        table: Any = self.kind.table
        joined = table
        for other, condition, optional in self.joins:
            joined = sa.join(joined, other, condition, isouter=optional)
        return (
            sa.select(*self._selected())
            .select_from(joined)
            .where(table.c.organisation == organisation, *lists.conditions(self.kind, filters))
            .order_by(*lists.order(self.kind, filters), *self.last)
        )


def rows(
    connection: Connection,
    organisation: str,
    name: str,
    filters: Mapping[str, Any],
    more: Sequence[Any] = (),
) -> Iterator[Row]:
    """Give the rows of the list of this noun that meet ``more`` too.

    Raises KeyError for a filter that it does not have.
    """
    listed = LISTED[name]
    query = listed.query(organisation, filters).where(*more)
    found = connection.execute(query, execution_options={"yield_per": AT_ONCE})
    if listed.beside is None:
        yield from found
        return
    nothing = (None,) * len(listed.more)
    while chunk := list(islice(found, AT_ONCE)):
        of = listed.beside(connection, [row[0] for row in chunk])
        yield from ((*row, *of.get(row[0], nothing)) for row in chunk)


def count(connection: Connection, organisation: str, name: str, filters: Mapping[str, Any]) -> int:
    """Give how many rows that is."""
    found: int = connection.execute(
        sa.select(sa.func.count()).select_from(LISTED[name].query(organisation, filters).subquery())
    ).scalar_one()
    return found


def _several(
    connection: Connection, table: sa.Table, parent: str, ids: Sequence[str], *columns: str
) -> dict[str, str]:
    """Give by parent what each part says, parts separated, and within a part what is there by a colon."""
    found: dict[str, list[str]] = {}
    for of, *said in connection.execute(
        sa.select(table.c[parent], *[table.c[name] for name in columns])
        .where(table.c[parent].in_(ids))
        .order_by(table.c[parent], table.c.position)
    ):
        words = ":".join(part for part in said if part is not None)
        if words:
            found.setdefault(of, []).append(words)
    return {of: SEPARATOR.join(words) for of, words in found.items()}


_PRECISIONS = {code: place for place, code in enumerate(PlacePrecision.codes())}


def _of_incidents(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    causes = _several(connection, incident_cause, "incident", ids, "code")
    parties = _several(connection, incident_party, "incident", ids, "party", "responsibility")
    p = place_table.c
    best: dict[str, tuple[int, Row]] = {}
    for of, *place in connection.execute(
        sa.select(p.incident, p.adm1, p.adm2, p.lon, p.lat, p.precision)
        .where(p.incident.in_(ids))
        .order_by(p.seq, p.id)
    ):
        rank = _PRECISIONS[place[-1]]
        if of not in best or rank < best[of][0]:
            best[of] = (rank, tuple(place))
    nowhere: Row = (None,) * 5
    return {id: (causes.get(id), parties.get(id), *best.get(id, (0, nowhere))[1]) for id in ids}


def _of_reports(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    reports = _several(connection, report_citation, "report", ids, "cited_report")
    sources = _several(connection, report_citation, "report", ids, "cited_source")
    return {id: (reports.get(id), sources.get(id)) for id in ids}


def _of_victims(connection: Connection, ids: Sequence[str]) -> dict[str, Row]:
    names = _several(connection, victim_name, "victim", ids, "name")
    groups = _several(connection, victim_group, "victim", ids, "code")
    outcomes = _several(connection, victim_outcome, "victim", ids, "outcome", "start")
    return {id: (names.get(id), groups.get(id), outcomes.get(id)) for id in ids}


def _columns(table: Any, names: str) -> tuple[Any, ...]:
    return tuple(table.c[name] for name in names.split())


def _unless_confidential(column: Any, of: Any) -> Any:
    """Give a column that could name a confidential source, null for one."""
    return sa.case((of.c.confidential == 1, None), else_=column)


def _in(table: Any) -> tuple[Any, Any, bool]:
    return incident, incident.c.id == table.c.incident, False


_CODE = incident.c.code.label("incident_code")
_parties, _sources = kinds.PARTY.table, kinds.SOURCE.table
_victims, _listings = kinds.VICTIM.table, kinds.LISTING.table
_assessments, _overlaps = kinds.ASSESSMENT.table, kinds.OVERLAP.table
_supersessions = kinds.SUPERSESSION.table

LISTED: dict[str, Listed] = {
    "parties": Listed(kinds.PARTY, _columns(_parties, "code name side")),
    "sources": Listed(
        kinds.SOURCE,
        (
            source.c.kind,
            _unless_confidential(source.c.name, source).label("name"),
            *_columns(source, "named side reliability confidential"),
        ),
    ),
    "reports": Listed(
        kinds.REPORT,
        (
            report.c.source,
            _unless_confidential(source.c.name, source).label("source_name"),
            report.c.kind,
            *(
                _unless_confidential(report.c[name], source).label(name)
                for name in ("title", "url", "archived_url")
            ),
            report.c.language,
            sa.func.substr(report.c.published, 1, 10).label("published"),
            report.c.sha256,
        ),
        joins=((source, source.c.id == report.c.source, False),),
        more=("cites_reports", "cites_sources"),
        beside=_of_reports,
    ),
    "incidents": Listed(
        kinds.INCIDENT,
        _columns(
            incident,
            "code kind title state country occurred_start occurred_end occurred_mode occurred_precision "
            "occurred_basis parent out_of_scope",
        ),
        more=("causes", "parties", "adm1", "adm2", "lon", "lat", "precision"),
        beside=_of_incidents,
        more_from={"lon": place_table.c.lon, "lat": place_table.c.lat},
    ),
    "places": Listed(
        kinds.PLACE,
        (
            place_table.c.incident,
            _CODE,
            *_columns(
                place_table,
                "claim reported_name resolved_name country adm1 adm2 lon lat radius_m precision basis "
                "mismatch",
            ),
        ),
        joins=(_in(place_table),),
    ),
    "claims": Listed(
        kinds.CLAIM,
        (
            claim.c.incident,
            _CODE,
            *_columns(claim, "report origin"),
            _unless_confidential(source.c.name, source).label("origin_name"),
            *_columns(claim, "origin_basis as_of counts_from said_party said_responsibility said_cause"),
            figure.c.key.label("figure_key"),
            *_columns(
                figure,
                "outcome status sex age_low age_high low high best open comparator wording relation "
                "relation_to party cause group stated_as",
            ),
        ),
        joins=(
            _in(claim),
            (source, source.c.id == claim.c.origin, False),
            (figure, figure.c.claim == claim.c.id, True),
        ),
        last=(figure.c.position,),
    ),
    "victims": Listed(
        kinds.VICTIM,
        (_victims.c.incident, _CODE, *_columns(_victims, "external_id age_low age_high sex status")),
        joins=(_in(_victims),),
        more=("names", "groups", "outcomes"),
        beside=_of_victims,
        more_from={"names": victim_name.c.name},
    ),
    "listings": Listed(
        kinds.LISTING,
        _columns(
            _listings,
            "report victim row name external_id outcome age_listed age_low age_high sex status",
        ),
    ),
    "assessments": Listed(
        kinds.ASSESSMENT,
        (
            _assessments.c.incident,
            _CODE,
            *_columns(
                _assessments,
                "state policy policy_version methodology_version occurrence harm responsibility "
                "standard_of_proof known_seq content_hash supersedes reason_code",
            ),
        ),
        joins=(_in(_assessments),),
    ),
    "releases": Listed(
        kinds.RELEASE,
        _columns(
            kinds.RELEASE.table,
            "state number cutoff known_at period_start period_end title methodology_version "
            "codelist_version population population_sha256 digest citation_digest approved_on reason_code "
            "reason",
        ),
    ),
    "overlaps": Listed(
        kinds.OVERLAP,
        _columns(_overlaps, "aggregate incident kind outcome status sex age_low age_high low high"),
    ),
    "supersessions": Listed(
        kinds.SUPERSESSION,
        _columns(_supersessions, "incident earlier later confirmed outcome status sex age_low age_high"),
    ),
    "populations": Listed(kinds.POPULATION, _columns(kinds.POPULATION.table, "name source sha256")),
    "imports": Listed(
        kinds.IMPORT_RUN,
        _columns(
            kinds.IMPORT_RUN.table,
            "reader file_name sha256 state rows_read rows_stored rows_known rows_skipped",
        ),
    ),
}
"""How each list becomes rows, by the noun of its address."""
