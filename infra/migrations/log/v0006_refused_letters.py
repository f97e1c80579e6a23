"""Letters of other nodes that could not be recorded yet, and why: they are tried again until people have settled them."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLE = """
CREATE TABLE {log}refused_letters (
    id text NOT NULL, message text NOT NULL, why text NOT NULL, refused_at {integer} NOT NULL, settled_at {integer},
    PRIMARY KEY (id)){strict}
"""


def upgrade() -> None:
    """Make the table; a row of it is no evidence, the letter stays in its topic."""
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(TABLE.format(log="log.", integer="bigint", strict=""))
    else:
        op.get_bind().exec_driver_sql(TABLE.format(log="", integer="INTEGER", strict=" STRICT"))
