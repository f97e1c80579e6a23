"""People whom several counties count, once in the province: a county that joins later, merges that meet only above."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from infra.recounting import Recounted, recount
from projections.ask import Ask
from tests.adapters.carrying import BOMI, PERSON, PROVINCE, STAY
from tests.scene import BAYI, HOME


def test_a_county_that_joins_later_is_counted_with_the_others(post):
    """The same person in two counties is two in the province while one counts under its own key, and one since it joined."""
    post.nodes["bomi"].vault.join(bytes(32), anew=True)
    for node, region in (("bayi", BAYI), ("bomi", BOMI)):
        home = post.say(node, "facility.register", "2024-01-01", **(HOME | {"region": region}))
        person = post.say(node, "person.register", "2024-01-01", **PERSON)
        stay = post.say(node, "stay.admit", "2024-03-01", person=person, facility=home, **STAY)
        post.say(node, "stay.discharge", "2024-03-03", stay=stay, reason="to_family")
    post.carry()
    assert post.figure("xizang", "stay.persons", "2024-03-04") == 2
    before = post.nodes["xizang"].log.head().position

    bomi = post.nodes["bomi"]
    bomi.vault.join(post.nodes["bayi"].vault.province_key(), anew=True)
    assert recount(bomi) == Recounted(anew=1)
    post.carry()
    assert post.figure("xizang", "stay.persons", "2024-03-04") == 1
    assert post.figure("bomi", "stay.persons", "2024-03-04") == 1
    views = post.nodes["xizang"].views
    ask = Ask(date(2024, 3, 4), region=PROVINCE)
    assert views.figure("stay.persons", replace(ask, known_at=before))["value"] == "2"
    why = views.why("stay.persons", ask, before, before + 1)
    assert [(one["topic"], one["effect"]) for one in why["changes"]] == [("person.rekeyed", "-1")]


def test_counties_that_merge_two_records_in_opposite_directions_do_not_stop_the_province(post):
    """One person by identity card and by passport in both counties, merged this way here and that way there: one person above."""
    passport = PERSON | {"document_kind": "passport", "document_number": "E99000001"}
    for node, region, turned in (("bayi", BAYI, False), ("bomi", BOMI, True)):
        home = post.say(node, "facility.register", "2024-01-01", **(HOME | {"region": region}))
        first, second = (post.say(node, "person.register", "2024-01-01", **one) for one in (PERSON, passport))
        for person, day in ((first, "2024-02-01"), (second, "2024-03-01")):
            stay = post.say(node, "stay.admit", day, person=person, facility=home, **STAY)
            post.say(node, "stay.discharge", day[:-1] + "9", stay=stay, reason="to_family")
        old, kept = (second, first) if turned else (first, second)
        post.say(node, "person.merge", "2024-03-10", person=old, into=kept, evidence="指纹")
    post.carry()
    assert [post.figure(node, "stay.persons", "2024-03-11") for node in ("bayi", "bomi", "xizang")] == [1, 1, 1]
