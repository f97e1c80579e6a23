"""What a user can set or meet is written down."""

from __future__ import annotations

import re
from dataclasses import fields

from infra.settings import PREFIX, Settings
from tests.house.tree import PACKAGES, ROOT, sources, text_of, tracked

SETTING = re.compile(r"\bSHOUWANG_[A-Z_]*[A-Z]\b")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_setting_is_documented() -> None:
    """`docs/operations.md` has every setting that the program reads, by its whole name."""
    declared = {PREFIX + field.name.upper() for field in fields(Settings)}
    named = {name for source in sources(*PACKAGES) for name in SETTING.findall(text_of(source))}
    documented = set(SETTING.findall((ROOT / "docs/operations.md").read_text(encoding="utf-8")))

    assert sorted((declared | named) - documented) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    """A relative link in a document names a file that exists."""
    pages = [name for name in tracked() if name.endswith(".md")]
    links = [(page, link) for page in pages for link in LINK.findall(text_of(page))]

    assert [(page, link) for page, link in links if not ((ROOT / page).parent / link).exists()] == []
