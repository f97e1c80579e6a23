"""Which generation of views is live, and which code made it. The generations themselves are built by the code that reads them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make what is missing."""
    op.create_table(
        "generation",
        Column("one", Integer, primary_key=True),
        Column("live", Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "format",
        Column("one", Integer, primary_key=True),
        Column("version", Text, nullable=False),
        if_not_exists=True,
    )
