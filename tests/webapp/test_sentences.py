"""Sentences are read aloud without stumbling, and one thing is called one way on all pages."""

from __future__ import annotations

import re

import pytest

from tests.webapp.test_recording import recorded
from webapp.wording import WORDS

DIGIT_LEVEL = re.compile(r"(?<![\d年月日第共])\d 级")


@pytest.mark.parametrize("path", ["/boards/ratings", "/boards/incidents", "/events", "/"])
def test_a_level_is_called_by_its_name_wherever_it_stands(busy_reader, busy_town, path) -> None:
    """四级, never 4 级: on boards and in the log, on the pages and timelines that they lead to."""
    somebody = busy_reader("nyingchi.regulator")
    page = somebody.get(path)
    led = {link for link in page.links if re.fullmatch(r"/(ratings|incidents)/[0-9a-f-]{36}", link)}
    for one in (page, *map(somebody.get, sorted(led))):
        assert not DIGIT_LEVEL.search(one.text), DIGIT_LEVEL.search(one.text)
    if path == "/boards/ratings":
        assert re.search("申请评定[一二三四五]级", "".join(somebody.get(link).text for link in led))
        assert re.search(r"Level \d", somebody.get(f"{path}?lang=en").text)


def test_the_next_entry_of_a_kind_is_offered_in_words_that_fit_every_command(clerk, fresh) -> None:
    """The name of a command follows a colon, be it a verb or a noun."""
    _, receipt, _ = recorded(clerk, fresh)
    assert "再办一件：登记入住" in receipt.text


def test_what_stands_out_is_headed_by_what_to_do_with_it(reader) -> None:
    """需要留意 is what a reader can do; nothing is called unusual."""
    assert "需要留意" in reader("fushou.manager").get("/").text
    assert "不寻常的" not in str(WORDS)
