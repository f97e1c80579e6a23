"""Where an entry came from: the line of a file stands in the envelope, without a column or a version of its own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.envelopes import Envelope, FromFile


def envelope(source: str) -> Envelope:
    """What is known of some entry."""
    return Envelope(date(2026, 11, 20), None, "1", "person.register", "operator", "", source)


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(1, 10**7))
def test_a_line_of_a_file_is_read_from_the_envelope_as_it_was_written(fingerprint, line) -> None:
    """What is written is read again, and the way in is said without the file."""
    found = envelope(FromFile(fingerprint, line).source)
    assert (found.way, found.file) == ("import", (fingerprint, line))


@pytest.mark.parametrize("source", ["form", "import", "api", "scenario"])
def test_an_entry_without_a_file_says_none(source) -> None:
    """Entries of older logs, of forms and of programs stay as they are."""
    assert (envelope(source).way, envelope(source).file) == (source, None)
