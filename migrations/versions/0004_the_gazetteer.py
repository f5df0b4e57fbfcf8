"""The gazetteer: units with p-codes, places with points, and their names."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "gazetteer_unit",
        sa.Column("pcode", TEXT, nullable=False),
        sa.Column("valid_from", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("pcode", "valid_from", name=op.f("pk_gazetteer_unit")),
        sa.CheckConstraint("level IN (1, 2)", name=op.f("ck_gazetteer_unit_level_is_known")),
        sqlite_strict=True,
    )
    op.create_index("ix_gazetteer_unit_country_level", "gazetteer_unit", ["country", "level", "pcode"])
    op.create_index("ix_gazetteer_unit_parent", "gazetteer_unit", ["parent", "pcode"])
    op.create_table(
        "gazetteer_place",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=False),
        sa.Column("adm1", TEXT, nullable=True),
        sa.Column("adm2", TEXT, nullable=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_gazetteer_place")),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90",
            name=op.f("ck_gazetteer_place_point_on_earth"),
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_gazetteer_place_point", "gazetteer_place", ["country", "lat", "lon"])
    op.create_table(
        "gazetteer_name",
        sa.Column("country", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("normal", TEXT, nullable=False),
        sa.Column("spelling", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("own", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", "normal", name=op.f("pk_gazetteer_name")),
        sa.CheckConstraint("own IN (0, 1)", name=op.f("ck_gazetteer_name_own_is_truth")),
        sqlite_strict=True,
    )
    op.create_index("ix_gazetteer_name_normal", "gazetteer_name", ["country", "normal"])
    op.create_index("ix_gazetteer_name_spelling", "gazetteer_name", ["country", "spelling"])


def downgrade() -> None:
    # A gazetteer is other people's data and is imported again; no record refers to its rows.
    for name in ("gazetteer_name", "gazetteer_place", "gazetteer_unit"):
        op.drop_table(name)
