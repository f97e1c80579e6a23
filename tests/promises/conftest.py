"""Fixtures of the long fault tests."""

from tests.services import database_url, postgres_server  # noqa: F401
