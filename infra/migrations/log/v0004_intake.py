"""What was taken in from other nodes: how far each came, where each event was at its node, and what stopped."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
CREATE TABLE {log}nodes (
    node text PRIMARY KEY, size {integer} NOT NULL, frontier {bytes} NOT NULL, seen_at {integer} NOT NULL,
    head_size {integer} NOT NULL, head_frontier {bytes} NOT NULL, head_note text NOT NULL, pending text NOT NULL,
    stopped text NOT NULL){strict};
CREATE TABLE {log}origins (
    node text NOT NULL, origin {integer} NOT NULL, position {integer}, recorded_at {integer} NOT NULL, sealed {bytes},
    leaf {bytes} NOT NULL, PRIMARY KEY (node, origin)){strict};
CREATE UNIQUE INDEX origins_position ON {log}origins (position) WHERE position IS NOT NULL;
CREATE TABLE {log}read_offsets (
    topic text NOT NULL, part {integer} NOT NULL, cluster text NOT NULL, next {integer} NOT NULL,
    PRIMARY KEY (topic, part)){strict};
CREATE TABLE {log}forks (
    node text NOT NULL, size {integer} NOT NULL, kind text NOT NULL, ours text NOT NULL, theirs text NOT NULL,
    found_at {integer} NOT NULL, PRIMARY KEY (node, size, kind)){strict};
CREATE TABLE {log}witnessed (
    node text NOT NULL, size {integer} NOT NULL, note text NOT NULL, line text NOT NULL, cosigned_at {integer} NOT NULL,
    PRIMARY KEY (node, size)){strict}
"""
EVIDENCE = ("origins", "forks", "witnessed")


def upgrade() -> None:
    """Make the tables, and let nobody change what is evidence."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(TABLES.format(log="log.", integer="bigint", bytes="bytea", strict=""))
        for table in EVIDENCE:
            connection.exec_driver_sql(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.{table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();"
                f"REVOKE UPDATE, DELETE, TRUNCATE ON log.{table} FROM PUBLIC"
            )
        return
    for statement in TABLES.format(log="", integer="INTEGER", bytes="BLOB", strict=" STRICT").split(";"):
        connection.exec_driver_sql(statement)
    for table in EVIDENCE:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )
