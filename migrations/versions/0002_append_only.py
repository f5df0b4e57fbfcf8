"""The log and its revisions only grow, and an approved assessment does not change."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log", "revision")
SETTLED = "OLD.state IN ('approved', 'superseded', 'withdrawn')"
# What superseding may move: where the assessment stands, and which act moved it. All else is what was approved.
MOVES = ("state", "version", "seq", "recorded_at")


def upgrade() -> None:
    for name in APPEND_ONLY:
        keep_append_only(name)
    guard_assessments()


def downgrade() -> None:
    drop_guard_of_assessments()
    for name in APPEND_ONLY:
        allow_changes(name)


def keep_append_only(name: str) -> None:
    """Keep every row of a table from change and removal."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("UPDATE", "DELETE"):
        _refuse(on_sqlite, f"{name}_no_{verb.lower()}", name, verb, None, f"{name} is append-only")
    if not on_sqlite:
        _refuse_truncate(name)


def allow_changes(name: str) -> None:
    """Take the guard of an append-only table away."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute(f"DROP TRIGGER {name}_no_truncate ON {name}")
    for verb in ("update", "delete"):
        _allow(on_sqlite, f"{name}_no_{verb}", name)


def guard_assessments() -> None:
    """Keep assessments from change, with every column that the table has now."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    kept = [c["name"] for c in sa.inspect(op.get_bind()).get_columns("assessment") if c["name"] not in MOVES]
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in kept)
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
    if not on_sqlite:
        _refuse_truncate("assessment")


def drop_guard_of_assessments() -> None:
    """Take the guard away, for a migration that changes the table and guards it again."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute("DROP TRIGGER assessment_no_truncate ON assessment")
    for name in ("assessment_settled", "assessment_no_delete"):
        _allow(on_sqlite, name, "assessment")


def _allow(on_sqlite: bool, trigger: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {trigger}" + ("" if on_sqlite else f" ON {table}"))
    if not on_sqlite:
        op.execute(f"DROP FUNCTION {trigger}()")


def _refuse_truncate(name: str) -> None:
    # TRUNCATE walks past row triggers.
    op.execute(
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_no_delete()"
    )


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
