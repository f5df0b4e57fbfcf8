"""The gazetteer: units, places and their names, shared by all organisations of a deployment."""

import sqlalchemy as sa

from db.tables.base import check_flag, flag, integer, real, table, text

gazetteer_unit = table(
    "gazetteer_unit",
    text("pcode", "F0"),
    text("valid_from", "F0"),
    text("country", "F0"),
    integer("level", "F0"),
    text("name", "F0"),
    text("parent", "F0", nullable=True),
    sa.PrimaryKeyConstraint("pcode", "valid_from"),
    sa.CheckConstraint("level IN (1, 2)", name="level_is_known"),
    sa.Index("ix_gazetteer_unit_country_level", "country", "level", "pcode"),
    sa.Index("ix_gazetteer_unit_parent", "parent", "pcode"),
)

gazetteer_place = table(
    "gazetteer_place",
    text("source", "F0"),
    text("key", "F0"),
    text("country", "F0"),
    text("adm1", "F0", nullable=True),
    text("adm2", "F0", nullable=True),
    text("name", "F0"),
    real("lat", "F0"),
    real("lon", "F0"),
    integer("population", "F0", nullable=True),
    sa.PrimaryKeyConstraint("source", "key"),
    sa.CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="point_on_earth"),
    sa.Index("ix_gazetteer_place_point", "country", "lat", "lon"),
)

# Every name of a unit or a place in the two forms that are compared.
gazetteer_name = table(
    "gazetteer_name",
    text("country", "F0"),
    text("source", "F0"),
    text("key", "F0"),
    text("normal", "F0"),
    text("spelling", "F0"),
    text("name", "F0"),
    flag("own", "F0"),
    sa.PrimaryKeyConstraint("source", "key", "normal"),
    check_flag("own"),
    sa.Index("ix_gazetteer_name_normal", "country", "normal"),
    sa.Index("ix_gazetteer_name_spelling", "country", "spelling"),
)
