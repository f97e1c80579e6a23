"""The unit of work, and what holds after any history: nothing broken, nothing lost, nothing recorded twice."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.entries import fold, in_force
from domain.model import Refused, business_key
from domain.work import Track, Work
from tests.scene import BAYI, GONGBO, Scene, a_home, a_person, a_stay, say

DAYS = [f"2024-0{month}-{day:02}" for month in (1, 2, 3) for day in (1, 2, 15)]
MOMENTS = [f"{DAYS[4]}T{hour:02}:00:00{offset}" for hour in (1, 9, 23) for offset in ("+08:00", "+00:00")]


def anything():
    """Any command of a small world: two homes, two persons, their stays, corrections of whatever there is."""
    home, person = st.sampled_from(["$home", "$other"]), st.sampled_from(["$person", "$second"])
    when = st.sampled_from(DAYS).map(lambda d: {"on": d}) | st.sampled_from(MOMENTS).map(lambda m: {"at": m})

    def made(command, **args):
        return st.builds(lambda w, a: (command, w, a), when, st.fixed_dictionaries(args))

    number = st.integers(0, 40)
    return st.one_of(
        made(
            "stay.admit",
            person=person,
            facility=home,
            category=st.just("orphan"),
            until=st.none() | st.sampled_from(DAYS),
        ),
        made("stay.discharge", stay=number, reason=st.just("other")),
        made("stay.move", stay=number, bed=st.sampled_from("12")),
        made("stay.go_on_leave", stay=number),
        made("stay.return", stay=number),
        made("person.record_death", person=person),
        made("facility.license_beds", facility=home, beds=st.integers(0, 9), since=st.sampled_from(DAYS)),
        made("facility.suspend", facility=home, reason=st.just("x")),
        made("facility.resume", facility=home),
        made("facility.terminate", facility=home, reason=st.just("x")),
        made("facility.relocate", facility=home, address=st.just("x"), region=st.sampled_from([BAYI, GONGBO])),
        made("entry.withdraw", any=number),
        made("entry.correct", any=number),
        made(
            "entry.correct",
            any=number,
            change=st.sampled_from(["person", "facility", "sex", "until"]),
            to=st.integers(0, 3),
        ),
    )


def told(scene, step):
    """The command of a drawn step: numbers stand for what there is."""
    command, when, args = step
    events = scene.log.read(0, 10_000)
    if "stay" in args:
        stays = [e.originator_id for e in events if e.topic == "stay.admitted"] or ["none"]
        args = {**args, "stay": stays[args["stay"] % len(stays)]}
    if "any" in args:
        entry = events[args["any"] % len(events)]
        changes = {
            "person": ["$person", "$second"],
            "facility": ["$home", "$other"],
            "sex": ["male", "female"],
            "until": [None, *DAYS[:3]],
        }
        change = (
            {args["change"]: changes[args["change"]][args["to"] % len(changes[args["change"]])]}
            if "change" in args
            else {}
        )
        args = {"stream": entry.originator_id, "version": entry.originator_version, "reason": "x"} | (
            {"args": change} if command == "entry.correct" else {}
        )
        when = when if command == "entry.correct" and not change else {"on": None}
        when = {"occurred_on": when["on"]} if when.get("on") else {"occurred_at": when["at"]} if "at" in when else {}
        return say(command, None, **args, **when)
    return say(command, when.get("on"), when.get("at"), **{k: v for k, v in args.items() if v is not None})


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A new folder for every history."""
    return lambda: tmp_path_factory.mktemp("history")


@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(steps=st.lists(anything(), min_size=5, max_size=25))
def test_after_any_history_nothing_is_broken_and_nothing_recorded_twice(folders, steps):
    """No violation in any stream, versions and positions without a gap; all of it again is only duplicates."""
    scene = Scene.at(folders())
    try:
        scene.given(a_home(), a_home("other"), a_person(), a_person("second", serial=2))
        answered = []
        for step in steps:
            submission = scene.submission(told(scene, step))
            answered.append((submission, scene.desk.submit_many([submission])[0]))
            if not isinstance(answered[-1][1], Refused):
                scene.sound()
                guards_agree(scene)
        recorded = [(s, a) for s, a in answered if not isinstance(a, Refused)]
        head = scene.log.head()
        again = scene.desk.submit_many([s for s, _ in recorded])
        assert all(a.duplicate for a in again)
        assert [a.positions for a in again] == [a.positions for _, a in recorded]
        assert scene.log.head() == head
    finally:
        scene.close()


def guards_agree(scene):
    """What a person's stream knows of stays is what the stays themselves say."""
    stays = {s: Track(its).state for s, its in scene.streams().items() if its[0].topic == "stay.admitted"}
    known = {}
    for name in ("$person", "$second"):
        person = scene.state(name)
        for interval in person.stays.values() if person else ():
            assert interval.stay not in known
            known[interval.stay] = (
                scene.names[name[1:]],
                interval.facility,
                interval.begin[:10],
                interval.end and interval.end[:10],
            )
    assert known == {
        s: (x.person, x.facility, x.admitted_on.isoformat(), x.ended_on and x.ended_on.isoformat())
        for s, x in stays.items()
        if x is not None
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(steps=st.lists(anything(), min_size=5, max_size=20))
def test_a_unit_of_work_answers_as_one_command_at_a_time_does(folders, steps):
    """Decided together or one by one: the same refusals and the same world."""
    scenes = [Scene.at(folders()) for _ in range(2)]
    try:
        start = (a_home(), a_home("other"), a_person(), a_person("second", serial=2))
        for scene in scenes:
            scene.given(*start)
        one, other = scenes
        other.vault._secrets.clear()
        free = [s for s in steps if not {"stay", "any"} & set(s[2])]
        first = [one.when(told(one, s)).answer for s in free]
        second = [o.answer for o in other.together(*(told(other, s) for s in free))]
        assert [getattr(a, "rule", None) for a in first] == [getattr(a, "rule", None) for a in second]
    finally:
        for scene in scenes:
            scene.close()


@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(order=st.permutations([("2024-02-01", 10), ("2024-03-01", 20), ("2024-04-01", 30), ("2024-05-01", 40)]))
def test_the_order_of_recording_does_not_change_what_stands(folders, order):
    """Late entries come to the same state and rows as those in order."""
    scene = Scene.at(folders())
    scene.given(
        a_home(), *(say("facility.license_beds", facility="$home", beds=beds, since=day, on=day) for day, beds in order)
    )
    rows = {k[1].isoformat(): n for k, n in scene.seen("$home")[1].items() if k[0] == "facility.beds_licensed"}
    scene.close()
    assert rows == {"2024-02-01": 10, "2024-03-01": 10, "2024-04-01": 10, "2024-05-01": 10}


def test_a_state_is_asked_as_of_a_moment(scene):
    """`Track.at` folds up to the moment, inclusive; before the beginning there is nothing."""
    scene.given(a_home(), say("facility.rename", facility="$home", name="新名", on="2024-06-01"))
    track = Work(scene.log).track(scene.names["home"])

    assert track.at("2023-12-31T24:00") is None
    assert track.at("2024-06-01T00:00").title == "巴宜区敬老院"
    assert track.at("2024-06-01T24:00").title == "新名"
    assert track.at("2024-12-31T24:00") is track.state
    assert fold(track.aggregate, in_force(track.events)).title == "新名"


def test_a_moment_sorts_within_its_day_and_between_days():
    """An opening stands at 00:00 of its day, any other at 24:00, a minute between; offsets are made one zone."""
    from datetime import date, datetime

    day = date(2024, 3, 1)
    keys = [
        business_key(day, None, opens=True),
        business_key(day, datetime.fromisoformat("2024-03-01T00:00:00+08:00"), opens=True),
        business_key(day, datetime.fromisoformat("2024-03-01T02:00:00+00:00"), opens=False),
        business_key(day, datetime.fromisoformat("2024-03-01T10:00:01+08:00"), opens=False),
        business_key(day, None, opens=False),
        business_key(date(2024, 3, 2), None, opens=True),
    ]
    assert keys == sorted(keys)
    assert keys[2] == "2024-03-01T10:00:00"


def test_entries_of_one_moment_keep_the_order_in_which_they_were_first_recorded(scene):
    """A corrected entry keeps its turn."""
    scene.given(a_home(), *(say("facility.rename", facility="$home", name=n, on="2024-06-01") for n in "甲乙"))
    scene.correct(scene.names["home"], 2, {"name": "丙"}).then_recorded()
    assert scene.state("$home").title == "乙"
    scene.given(a_person(), a_stay())
    assert [e.topic for e in in_force(scene.events("$home"))] == [
        "facility.registered",
        "facility.renamed",
        "facility.renamed",
    ]
