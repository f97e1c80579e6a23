"""Of a node that is taken in: the newest head it was heard to sign, beside the oldest that waits, and what is held back."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

COLUMNS = "latest text NOT NULL DEFAULT ''", "held_back {integer} NOT NULL DEFAULT 0"


def upgrade() -> None:
    """Add the columns; nothing is held back by whoever has not started yet."""
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for column in COLUMNS:
        added = column.format(integer="bigint" if postgresql else "INTEGER")
        connection.exec_driver_sql(f"ALTER TABLE {'log.' if postgresql else ''}nodes ADD COLUMN {added}")
