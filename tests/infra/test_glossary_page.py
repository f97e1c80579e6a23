"""The document of the glossary is what its data say, and what the data say of the code is so."""

from __future__ import annotations

import re

from domain.catalogue import commands
from domain.kinds import KINDS
from infra.bootstrap import reference
from infra.glossary_page import glossary_page
from tests.house.tree import ROOT, tracked
from webapp.glossary import FILE, terms

QUOTED = re.compile(r"`([^`]+)`")
FOLDERS = ("domain/", "adapters/", "projections/", "webapp/", "infra/")


def called() -> list[str]:
    """Everything that the glossary says the code calls so."""
    return [one for term in terms() for one in QUOTED.findall(term.code)]


def test_the_document_is_current() -> None:
    """`make docs` has been run since a term was changed."""
    assert (ROOT / "docs/glossary.md").read_text(encoding="utf-8") == glossary_page()


def test_every_term_is_a_row_of_six_cells() -> None:
    """No text breaks a table of the document."""
    rows = [line for line in glossary_page().splitlines() if line.startswith("| ") and not line.startswith("| 中文")]

    assert len(rows) == len(list(terms())) > 100
    assert {row.count("|") for row in rows} == {7}


def test_what_the_code_is_said_to_hold_is_there() -> None:
    """Modules and data that are named exist, and so do commands, figures and topics."""
    declared = commands()
    topics = {command.event.topic for command in declared.values() if command.event is not None}
    known, files = {*declared, *topics, *reference().figures}, tracked()

    assert [
        one for one in called() if one.startswith(FOLDERS) and not any(name.startswith(one) for name in files)
    ] == []
    dotted = [one for one in called() if re.fullmatch(r"[a-z_]+\.[a-z_]+", one)]
    assert len(dotted) > 30
    assert [one for one in dotted if one not in known] == []


def test_kinds_of_facilities_are_called_as_everywhere() -> None:
    """The glossary and the forms have the same names for a kind of facility."""
    told = {one: (term.zh, term.en.capitalize()) for term in terms() for one in QUOTED.findall(term.code)}
    named = {key: (kind.zh, kind.en) for key, kind in KINDS.items() if key in told}

    assert len(named) == 5
    assert {key: told[key] for key in named} == named


def test_the_data_travel_with_the_package() -> None:
    """The file of the terms is declared as data of `webapp`."""
    declared = (
        (ROOT / "setup.cfg").read_text(encoding="utf-8").partition("[options.package_data]")[2].partition("\n[")[0]
    )

    assert FILE.name in declared.partition("webapp =")[2].partition("infra =")[0].split()
