"""The glossary: what a word means, found in either language without scripts, and linked from where it is used."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webapp.reader import CHINESE
from webapp.glossary import Term, folded, found, glossary, terms, used_in
from webapp.navigation import GROUPS
from webapp.wording import words

EVERY = list(terms())
KEY = re.compile(r"[a-z]+(-[a-z]+)*")


def shown(page) -> list[str]:
    """The anchors of the terms on a page."""
    return re.findall(r'<div id="([^"]+)"><dt>', page.html)


def keys(typed: str) -> list[str]:
    """The terms that a search finds."""
    return [term.key for group in found(typed) for term in group.terms]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_term_stands_on_the_page_with_its_meaning(reader, lang) -> None:
    """All of them, in the order of the data, each with an anchor, its meaning in the reader's language, and its law."""
    page = reader("auditor").get(f"/glossary?lang={lang}")

    assert shown(page) == [term.key for term in EVERY]
    for term in EVERY:
        assert (term.meaning_zh if lang == "zh" else term.meaning_en) in page.text
        assert term.zh in page.text
        assert term.en in page.text
        assert term.source in page.text
    assert {f"#of-{group.key}" for group in glossary()} <= set(page.links)


def test_no_two_terms_share_a_word_or_an_anchor() -> None:
    """One word, one meaning, in both languages; anchors are plain words and none is that of a group."""
    for name in ("key", "zh", "en", "meaning_zh", "meaning_en"):
        said = [getattr(term, name) for term in EVERY]
        assert sorted(said) == sorted(set(said)), name
    assert [term.key for term in EVERY if not KEY.fullmatch(term.key) or term.key.startswith("of-")] == []


def test_every_meaning_is_a_short_sentence_in_its_language() -> None:
    """Chinese ends with 。 and holds at most fifty characters; English ends with a stop and has no Chinese in it."""
    for term in EVERY:
        assert CHINESE.search(term.meaning_zh)
        assert term.meaning_zh.endswith("。"), term
        assert len(term.meaning_zh) <= 50, term
        assert term.meaning_en.endswith("."), term
        assert term.meaning_en[0].isupper(), term
        assert not CHINESE.search(term.en + term.meaning_en), term


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("核定床位", "licensed-beds"),
        ("LICENSED beds", "licensed-beds"),
        ("准许 床位", "licensed-beds"),
        ("agency contract", "lottery-outlet"),
        ("ｏｃｃｕｐａｎｃｙ", "occupancy"),
        ("beds 入住率", "occupancy"),
    ],
)
def test_a_word_is_found_in_either_language(reader, typed, key) -> None:
    """By the word or by its meaning, by several pieces, in capitals or full width, whichever language the page is in."""
    for lang in ("zh", "en"):
        page = reader("fushou.manager").get(f"/glossary?lang={lang}&q={quote(typed)}")

        assert key in shown(page)
        assert len(shown(page)) < len(EVERY) / 2
        assert f"{len(shown(page))}" in page.text
        assert "/glossary" in page.links
        assert [one["value"] for one in page.inputs if one.get("name") == "q"] == [typed]


def test_what_is_not_there_is_said_with_a_way_on(reader) -> None:
    """An empty page says so, keeps what was typed, and leads to all words; markup that is typed stays text."""
    for typed in ("量子力学", "<b>床位</b>"):
        page = reader("auditor").get(f"/glossary?q={quote(typed)}")

        assert shown(page) == []
        assert f"没有找到“{typed}”" in page.text
        assert "/glossary" in page.links
    assert "Nothing found for" in reader("auditor").get("/glossary?q=xyzzy&lang=en").text


def test_a_search_for_nothing_shows_everything(reader) -> None:
    """Blanks are no words."""
    assert shown(reader("auditor").get("/glossary?q=%20%E3%80%80")) == [term.key for term in EVERY]


def test_every_board_of_the_navigation_is_found_by_its_name() -> None:
    """Whoever wonders about a word of the navigation finds it."""
    named = [words(f"nav.{board}")[0] for _, boards in GROUPS for board in boards]

    assert len(named) > 15
    assert [name for name in named if not keys(name)] == []


@settings(deadline=None)
@given(st.sampled_from(EVERY), st.data())
def test_any_piece_of_a_term_finds_it(term: Term, data) -> None:
    """Whatever part of its words or meanings somebody types, the term is among what is found."""
    text = data.draw(st.sampled_from([term.zh, term.en, term.meaning_zh, term.meaning_en]))
    first = data.draw(st.integers(0, len(text) - 1))
    piece = text[first : data.draw(st.integers(first + 1, len(text)))]

    assert term.key in keys(data.draw(st.sampled_from([piece, piece.upper(), f" {piece} "])))


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_input_breaks_the_search(typed: str) -> None:
    """What is found always holds every word that was typed, and stands in the order of the page."""
    place = [term.key for term in EVERY]
    its = keys(typed)

    assert its == sorted(its, key=place.index)
    for term in EVERY:
        assert (term.key in its) == all(word in term.said for word in folded(typed).split())


def test_help_and_the_navigation_lead_there(reader) -> None:
    """The link stands on the page of help and in the navigation of every page, where it is current on its own page."""
    somebody = reader("fushou.manager")

    assert somebody.get("/help").links.count("/glossary") == 2
    assert "/glossary" in somebody.get("/").links
    assert '<a href="/glossary" aria-current="page">' in somebody.get("/glossary").html


def test_a_figure_links_the_words_of_its_definition(reader) -> None:
    """Longest words first, each once, in the language of the page, to anchors that exist."""
    anchors = {term.key for term in EVERY}
    for lang, some in (
        ("zh", ["养老机构", "在院", "核定床位"]),
        ("en", ["present", "elderly-care home", "licensed beds"]),
    ):
        page = reader("nyingchi.regulator").get(f"/figures/facility.occupancy?lang={lang}")
        linked = re.findall(r'href="/glossary#([^"]+)">([^<]+)<', page.html)

        assert [word for _, word in linked] == some
        assert {key for key, _ in linked} <= anchors


def test_words_inside_longer_words_are_not_taken_for_themselves() -> None:
    """外出就医 is not 在院, 核定床位 is one word, and an English word ends where it ends."""
    assert [term.key for term in used_in("护理型床位不等于核定床位，核定床位另计", zh=True)] == [
        "nursing-beds",
        "licensed-beds",
    ]
    assert [term.key for term in used_in("Licensed beds, postings and the posts", zh=False)] == [
        "licensed-beds",
        "post",
    ]
    assert used_in("", zh=True) == []
