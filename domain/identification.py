"""证件 — by what a person is known: the number is checked, and leads to the one record of whoever holds it (ID-01..03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.identifiers import BadIdentifier, resident_number
from domain.model import Breach, Refused, Sealed
from domain.people_rules import BIRTH_DIFFERS, DOCUMENT_FIXED, KNOWN, NO_NUMBER_WANTED, NUMBER_NEEDED, SEX_DIFFERS

WITH_RESIDENT_NUMBER = {"resident_identity_card", "residence_permit"}


def identified(said: dict[str, Any], case: Any, new: bool = True) -> tuple[dict[str, Any], str]:
    """The arguments completed by what the document says, and the stream that it leads to (ID-01..03).

    `new`: the person is being registered, so that a document which is known already is refused.
    """
    kind, number = said["document_kind"], said.get("document_number")
    if not new:
        return _found(said, case)
    if case.corrected is not None and kind != case.corrected.event.document_kind:
        raise Refused("person.document_fixed", DOCUMENT_FIXED, "document_kind")
    if isinstance(number, Sealed):
        return _renamed(said, case), case.stream
    if kind != "none" and not number:
        raise Refused("field.missing", NUMBER_NEEDED, "document_number")
    if kind == "none" and number:
        raise Refused("field.invalid", NO_NUMBER_WANTED, "document_number")
    if kind == "none":
        return {**said, **_public(said, case, None, case.stream)}, case.stream
    if kind in WITH_RESIDENT_NUMBER:
        _read_number(said, case)
    else:
        said["document_number"] = "".join(number.split()).upper()
    return _placed(said, case)


def _found(said: dict[str, Any], case: Any) -> tuple[dict[str, Any], str]:
    """The record of a document that somebody turned out to hold."""
    if said["document_kind"] == "none":
        raise Refused("field.missing", NUMBER_NEEDED, "document_kind")
    if said["document_kind"] in WITH_RESIDENT_NUMBER:
        _read_number(said, case)
    else:
        said["document_number"] = "".join(said["document_number"].split()).upper()
    stream = case.vault.person_stream(said["document_kind"], said["document_number"])
    pseudonym = case.vault.pseudonym(said["document_kind"], said["document_number"], stream)
    case.remember(stream, said["name"], said["document_number"])
    return {**said, "birth_year": _birth_year(said, None), "pseudonym": pseudonym}, stream


def _renamed(said: Mapping[str, Any], case: Any) -> dict[str, Any]:
    """A correction that leaves the number alone."""
    old = case.corrected.event
    if isinstance(said["name"], str):
        case.remember(case.stream, said["name"], case.vault.open(said["document_number"]))
    return {
        **said,
        "birth_year": _birth_year(said, old.birth_year),
        "pseudonym": old.pseudonym,
        "synthetic": old.synthetic,
    }


def _placed(said: Mapping[str, Any], case: Any) -> tuple[dict[str, Any], str]:
    """The person of a document: a new one, or, in a correction, the same."""
    stream = case.vault.person_stream(said["document_kind"], said["document_number"])
    if case.corrected is not None and stream != case.stream:
        raise Refused("person.document_fixed", DOCUMENT_FIXED, "document_number")
    if case.corrected is None and case.exists(stream):
        raise Refused("person.known", KNOWN, "document_number", stream)
    return {**said, **_public(said, case, said["document_number"], stream)}, stream


def _read_number(said: dict[str, Any], case: Any) -> None:
    """Check a resident number, take birth date from it, and note what differs from it (ID-02)."""
    try:
        number = resident_number(said["document_number"], case.today)
    except BadIdentifier as bad:
        raise Refused(bad.rule, bad.wording, "document_number") from bad
    said["document_number"], said["synthetic"] = number.number, number.synthetic
    if said["sex"] != number.sex:
        case.found(Breach("ID-02", SEX_DIFFERS, "warn"))
    if said.get("birth_date") is None:
        said["birth_date"] = number.born
    elif said["birth_date"] != number.born and not isinstance(said["birth_date"], Sealed):
        case.found(Breach("ID-02", BIRTH_DIFFERS, "warn"))


def _birth_year(said: Mapping[str, Any], before: int | None) -> int | None:
    """The public birth year; a sealed birth date was not changed, so its year stands."""
    born = said.get("birth_date")
    return before if isinstance(born, Sealed) else born and born.year


def _public(said: Mapping[str, Any], case: Any, number: str | None, stream: str) -> dict[str, Any]:
    """What figures may know of the person: birth year and pseudonym."""
    before = case.corrected.event.birth_year if case.corrected else None
    if isinstance(said["name"], str):
        case.remember(stream, said["name"], number)
    return {
        "birth_year": _birth_year(said, before),
        "pseudonym": case.vault.pseudonym(said["document_kind"], number, stream),
    }
