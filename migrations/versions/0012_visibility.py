# ruff: noqa: S608  # names of our own
"""Who may read what: the exceptions from the organisation's records, and who is named for them."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
VISIBILITIES = ("restricted", "organisation", "partners", "public")
UNDER = (
    ("source", ()),
    ("report", (("report", "id", "source"),)),
    ("incident", (("incident", "id", "parent"),)),
    ("claim", (("claim", "id", "incident"), ("claim", "id", "report"), ("claim", "id", "origin"))),
    (
        "supersession",
        (
            ("supersession", "id", "incident"),
            ("supersession", "id", "earlier"),
            ("supersession", "id", "later"),
        ),
    ),
    ("place", (("place", "id", "incident"), ("place", "id", "claim"))),
    ("victim", (("victim", "id", "incident"),)),
    ("listing", (("listing", "id", "report"), ("listing", "id", "victim"))),
    ("assessment", (("assessment", "id", "incident"), ("assessment_claim", "assessment", "claim"))),
    ("overlap", (("overlap", "id", "aggregate"), ("overlap", "id", "incident"))),
)


def upgrade() -> None:
    words = "IN ({})".format(", ".join(f"'{code}'" for code in VISIBILITIES))
    op.create_table(
        "reach",
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("root", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("recorder", TEXT, nullable=False),
        sa.CheckConstraint(f"level {words}", name=op.f("ck_reach_level_is_code")),
        sa.CheckConstraint("level <> 'organisation'", name=op.f("ck_reach_level_is_an_exception")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_reach_organisation")),
        sa.PrimaryKeyConstraint("organisation", "object", "root", name=op.f("pk_reach")),
        sqlite_strict=True,
    )
    op.create_index("ix_reach_object", "reach", ["object", "level", "recorder", "root"])
    op.create_table(
        "clearance",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("organisation", TEXT, nullable=False),
        sa.Column("visibility", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("member", TEXT, nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.CheckConstraint(f"visibility {words}", name=op.f("ck_clearance_visibility_is_code")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_clearance_version_from_one")),
        sa.CheckConstraint("ended IN (0, 1)", name=op.f("ck_clearance_ended_is_truth")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name=op.f("fk_clearance_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "member"],
            ["member.organisation", "member.id"],
            name=op.f("fk_clearance_organisation_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance")),
        sa.UniqueConstraint("organisation", "id", name=op.f("uq_clearance_organisation_id")),
        sa.UniqueConstraint(
            "organisation", "object", "member", name=op.f("uq_clearance_organisation_object_member")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_clearance_organisation_seq", "clearance", ["organisation", "seq"])
    op.create_index("ix_clearance_member", "clearance", ["object", "member", "ended"])
    _fill_clearances()
    for kind, links in UNDER:
        _own(kind)
        for table, own, parent in links:
            while _inherit(kind, table, own, parent) and (kind, parent) == ("incident", "parent"):
                pass
    for kind, links in UNDER:
        while _open(kind, links) and kind == "incident":
            pass


def downgrade() -> None:
    op.drop_table("clearance")
    op.drop_table("reach")


def _fill_clearances() -> None:
    """Put back the clearances that a way down took, from their last revisions."""
    bind = op.get_bind()
    last = bind.execute(
        sa.text(
            "SELECT revision.organisation, revision.object, revision.version, revision.seq, log.at, "
            "revision.content FROM revision JOIN log ON log.organisation = revision.organisation "
            "AND log.seq = revision.seq WHERE log.action LIKE 'clearance.%' ORDER BY revision.version"
        )
    ).all()
    for row in {one.object: one for one in last}.values():
        said = json.loads(row.content)
        bind.execute(
            sa.text(
                "INSERT INTO clearance (id, organisation, visibility, version, seq, recorded_at, kind, object, "
                "member, ended, reason) VALUES (:id, :organisation, :visibility, :version, :seq, :at, :kind, "
                ":object, :member, :ended, :reason)"
            ),
            {
                "id": row.object,
                "organisation": row.organisation,
                "version": row.version,
                "seq": row.seq,
                "at": row.at,
                **{name: said[name] for name in ("visibility", "kind", "object", "member", "reason")},
                "ended": int(said["ended"]),
            },
        )


# What stood before is held to its word: a restricted record is read by the first member who acted on it.
# One that only services acted on names nobody, and counts as the organisation's until a member restricts it.


def _own(kind: str) -> None:
    _run(
        f"INSERT INTO reach (organisation, object, root, kind, level, recorder) "
        f"SELECT t.organisation, t.id, t.id, '{kind}', 'restricted', substr(log.actor, 8) FROM {kind} AS t "
        f"JOIN revision ON revision.object = t.id "
        f"JOIN log ON log.organisation = revision.organisation AND log.seq = revision.seq "
        f"WHERE t.visibility = 'restricted' AND log.actor LIKE 'member:%' "
        f"AND NOT EXISTS (SELECT 1 FROM revision AS r JOIN log AS l ON l.organisation = r.organisation "
        f"AND l.seq = r.seq WHERE r.object = t.id AND r.seq < revision.seq AND l.actor LIKE 'member:%')"
    )


def _inherit(kind: str, table: str, own: str, parent: str) -> int:
    return _run(
        f"INSERT INTO reach (organisation, object, root, kind, level, recorder) "
        f"SELECT DISTINCT t.organisation, t.{own}, above.root, '{kind}', 'restricted', above.recorder "
        f"FROM {table} AS t JOIN reach AS above ON above.object = t.{parent} "
        f"WHERE above.level = 'restricted' AND NOT EXISTS (SELECT 1 FROM reach AS known "
        f"WHERE known.object = t.{own} AND known.root = above.root)"
    )


def _open(kind: str, links: tuple[tuple[str, str, str], ...]) -> int:
    closed = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {table} AS l WHERE l.{own} = t.id AND l.{parent} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM reach AS above WHERE above.object = l.{parent} "
        f"AND above.level <> 'restricted'))"
        for table, own, parent in links
    )
    return _run(
        f"INSERT INTO reach (organisation, object, root, kind, level, recorder) "
        f"SELECT t.organisation, t.id, t.id, '{kind}', 'partners', '' FROM {kind} AS t "
        f"WHERE t.visibility = 'partners' "
        f"AND NOT EXISTS (SELECT 1 FROM reach AS known WHERE known.object = t.id){closed}"
    )


def _run(statement: str) -> int:
    return int(op.get_bind().execute(sa.text(statement)).rowcount)
