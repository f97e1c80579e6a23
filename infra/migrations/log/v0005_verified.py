"""What verifications of the log found, and when: so that whoever watches over a node sees that it is verified at all."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

TABLE = """
CREATE TABLE {log}verified (
    at {integer} NOT NULL, events {integer} NOT NULL, ok {integer} NOT NULL, kind text NOT NULL,
    position {integer} NOT NULL, PRIMARY KEY (at)){strict}
"""
"""`kind` and `position` are '' and 0 where nothing is wrong. The newest row counts."""


def upgrade() -> None:
    """Make the table, and let nobody change what was found."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(TABLE.format(log="log.", integer="bigint", strict=""))
        connection.exec_driver_sql(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.verified"
            " FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();"
            "REVOKE UPDATE, DELETE, TRUNCATE ON log.verified FROM PUBLIC"
        )
        return
    connection.exec_driver_sql(TABLE.format(log="", integer="INTEGER", strict=" STRICT"))
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER verified_{verb} BEFORE {verb} ON verified"
            " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )
