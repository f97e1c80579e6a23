"""By what people are found follows the log, whatever happens between deciding and recording."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from domain.log import LogUnavailable
from tests.projections.worlds import world

FULL = LogUnavailable("磁盘已满", "the disk is full")


@pytest.mark.parametrize(
    "correction",
    [
        ("entry.withdraw", {"version": 1, "reason": "重复"}),
        ("entry.correct", {"version": 1, "args": {"name": "李大勇"}, "reason": "写错"}),
    ],
)
def test_a_correction_that_was_not_recorded_takes_nobody_s_name(correction) -> None:
    """The disk is full when the correction is written: the person stands in the log and is found as before.

    The control: the same correction, recorded, ends the search by the old name.
    """
    command, args = correction
    with world() as made:
        person = made.give("person.register", {"name": "王小明", "document_kind": "none", "sex": "male"}, made.today)
        find = made.services.vault.find
        with patch.object(type(made.log), "append", side_effect=FULL), pytest.raises(LogUnavailable):
            made.give(command, {"stream": person, **args}, None)
        assert list(find("王小明")) == [person]
        made.give(command, {"stream": person, **args}, None)
        assert list(find("王小明")) == []
        assert list(find("李大勇")) == ([person] if "args" in args else [])
