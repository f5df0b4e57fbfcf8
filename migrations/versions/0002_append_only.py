"""The log and its revisions only grow, and an approved assessment does not change."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log", "revision")
SETTLED = "OLD.state IN ('approved', 'superseded', 'withdrawn')"
KEPT = (
    "incident",
    "content_hash",
    "author_person",
    "approver_person",
    "policy",
    "policy_version",
    "known_seq",
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            _refuse(on_sqlite, f"{name}_no_{verb.lower()}", name, verb, None, f"{name} is append-only")
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in KEPT)
    if on_sqlite:
        changed = changed.replace("IS DISTINCT FROM", "IS NOT")
    leaves = "OLD.state = 'approved' AND NEW.state = 'superseded'"
    _refuse(
        on_sqlite,
        "assessment_settled",
        "assessment",
        "UPDATE",
        f"{SETTLED} AND (NOT ({leaves}) OR {changed})",
        "an approved assessment is immutable",
    )
    _refuse(on_sqlite, "assessment_no_delete", "assessment", "DELETE", None, "assessments are kept")


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    names = [(f"{name}_no_{verb}", name) for name in APPEND_ONLY for verb in ("update", "delete")]
    for trigger, table in (
        *names,
        ("assessment_settled", "assessment"),
        ("assessment_no_delete", "assessment"),
    ):
        op.execute(f"DROP TRIGGER {trigger}" + ("" if on_sqlite else f" ON {table}"))
        if not on_sqlite:
            op.execute(f"DROP FUNCTION {trigger}()")


def _refuse(on_sqlite: bool, name: str, table: str, verb: str, when: str | None, why: str) -> None:
    condition = f"WHEN ({when})" if when is not None else ""
    if on_sqlite:
        op.execute(
            sa.text(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
            )
        )
        return
    op.execute(
        sa.text(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{why}'; END $$"
        )
    )
    op.execute(
        sa.text(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION {name}()"
        )
    )
