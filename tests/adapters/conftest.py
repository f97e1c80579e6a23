"""Fixtures of the adapters' tests."""

from tests.adapters.carrying import case, post  # noqa: F401
from tests.adapters.vault_stores import opener, store  # noqa: F401
from tests.services import database_url, postgres_server  # noqa: F401
