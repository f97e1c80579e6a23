"""How far the log was published."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

TABLE = """
CREATE TABLE {log}relayed (
    topic text PRIMARY KEY, cluster text NOT NULL, position {integer} NOT NULL, offsets text NOT NULL,
    relayed_at {integer} NOT NULL){strict}
"""


def upgrade() -> None:
    """Make the table."""
    connection = op.get_bind()
    postgres = connection.dialect.name == "postgresql"
    words = {"log": "log.", "integer": "bigint", "strict": ""} if postgres else {}
    connection.exec_driver_sql(TABLE.format(**({"log": "", "integer": "INTEGER", "strict": " STRICT"} | words)))
