"""Heads of the tree that the node has signed, what witnesses cosigned, and hashes of subtrees from which proofs are made."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE {log}signed_heads (
    size {integer} PRIMARY KEY, root {bytes} NOT NULL, signed_at {integer} NOT NULL, note text NOT NULL){strict};
CREATE TABLE {log}cosignatures (
    size {integer} NOT NULL, witness text NOT NULL, cosigned_at {integer} NOT NULL, line text NOT NULL,
    PRIMARY KEY (size, witness)){strict};
CREATE TABLE {log}subtrees (
    level {integer} NOT NULL, place {integer} NOT NULL, hash {bytes} NOT NULL, PRIMARY KEY (level, place)){strict}
"""
"""`subtrees` is worked out from the leaves and may be emptied; the others are evidence."""
EVIDENCE = ("signed_heads", "cosignatures")


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
