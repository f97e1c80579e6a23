"""The desk: every command passes here; seen before, referred to, sealed, decided in one unit of work; and nothing breaks it."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.accounts import OPERATOR
from domain.catalogue import commands
from domain.desk import Submission
from domain.model import Refused, Sealed
from tests.domain.every import EXAMPLES, deciding
from tests.scene import HOME, Scene, a_home, a_person, a_stay, say

SECRETS = ("试者1", "13812345678", "13900000000", "1940-02-03")


# -- idempotency ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", deciding())
def test_a_repeated_command_returns_its_first_receipt(scene: Scene, command):
    """Same id, same content: duplicate, nothing written; also after the entry was corrected or withdrawn."""
    before, said = EXAMPLES[command]
    first = scene.given(*before).when(say(said.command, said.on, said.at, id="one", **said.args))
    again = say(said.command, said.on, said.at, id="one", **said.args)
    head = scene.log.head()
    scene.when(again).then_duplicate(first.receipt)
    assert scene.log.head() == head
    event = first.events[0]
    corrected = scene.correct(event.originator_id, event.originator_version).then_recorded()
    scene.when(again).then_duplicate(first.receipt)
    anew = next(e for e in corrected.events if e.topic == event.topic)
    scene.withdraw(anew.originator_id, anew.originator_version).then_recorded()
    scene.when(again).then_duplicate(first.receipt)


def test_the_same_id_with_other_content_is_refused(scene):
    """command.id_reused: another command, argument, day or minute under an id that was used; the first stream is named."""
    first = scene.when(say("facility.register", "2024-01-01", id="one", **HOME)).receipt
    for other in (
        say("facility.register", "2024-01-02", id="one", **HOME),
        say("facility.register", "2024-01-01", id="one", **HOME | {"name": "x"}),
        say("facility.register", at="2024-01-01T00:00:00+08:00", id="one", **HOME),
        say("node.open_for_demonstration", id="one", title="x"),
    ):
        refused = scene.when(other).then_refused("command.id_reused", "id", "另一条内容")
        assert refused.answer.stream == first.stream


def test_the_same_id_twice_in_one_unit_of_work_is_recorded_once(scene):
    """The second is a duplicate of the first; with other content it is refused; in a rehearsal too."""
    said = say("facility.register", "2024-01-01", id="one", **HOME)
    other = say("facility.register", "2024-01-02", id="one", **HOME)
    rehearsed = scene.desk.rehearse([scene.submission(s) for s in (said, said, other)])
    outcomes = scene.together(said, said, other)

    for first, second, third in (rehearsed, [o.answer for o in outcomes]):
        assert (first.duplicate, second.duplicate, third.rule) == (False, True, "command.id_reused")
    assert scene.log.head().position == 1


def test_a_refused_command_can_be_mended_under_its_id(scene):
    """What was not recorded leaves no trace."""
    scene.when(say("facility.register", "2024-01-01", id="one", **HOME | {"kind": "castle"})).then_refused(
        "field.invalid", "kind"
    )
    scene.when(say("facility.register", "2024-01-01", id="one", **HOME)).then_recorded()


@pytest.mark.parametrize("bad", ["", "x" * 65, "a\x00b", "a\nb", "\ud800"])
def test_an_id_is_short_and_can_be_shown(scene, bad):
    """command.malformed at `id`."""
    said = say("facility.register", "2024-01-01", id="x", **HOME)
    submission = scene.submission(said)
    answer = scene.desk.submit_many(
        [type(submission)(submission.command, bad, submission.args, OPERATOR, submission.occurred_on)]
    )[0]
    assert (answer.rule, answer.field) == ("command.malformed", "id")


# -- references -------------------------------------------------------------------------------------


def test_an_argument_may_refer_to_what_an_earlier_line_made(scene):
    """In the same unit of work, and in a later one; repeating all of it records nothing."""
    lines = (
        say("facility.register", "2024-01-01", id="h", **HOME),
        say("person.register", "2024-01-01", id="p", **a_person().args),
        say("stay.admit", id="s", person={"$ref": "p"}, facility={"$ref": "h"}, category="orphan"),
    )
    for outcome in scene.together(*lines):
        outcome.then_recorded()
    scene.when(say("stay.discharge", stay={"$ref": "s"}, reason="other", on="2024-04-01")).then_recorded()
    head = scene.log.head()
    assert all(o.receipt.duplicate for o in scene.together(*lines))
    assert scene.log.head() == head


@pytest.mark.parametrize(
    "reference",
    [
        {"$ref": "nothing"},
        {"$ref": []},
        {"$ref": None},
        {"$ref": {}},
        {"$ref": 1},
        {"$ref": "\ud800"},
        {"$ref": "h", "x": 1},
        {"$ref": "bad"},
    ],
)
def test_a_reference_to_nothing_is_refused(scene, reference):
    """reference.unknown, or field.invalid where it is no reference at all; a refused line made nothing."""
    *_, answer = scene.together(
        say("facility.register", "2024-01-01", id="bad", **HOME | {"kind": "x"}),
        say("facility.register", "2024-01-01", id="h", **HOME),
        say("facility.rename", facility=reference, name="x"),
    )
    named = isinstance(reference["$ref"], str) and len(reference) == 1
    answer.then_refused("reference.unknown" if named else "field.invalid", "facility")


# -- the unit of work -------------------------------------------------------------------------------


def test_one_refused_command_does_not_stop_the_rest_nor_leave_a_trace(scene):
    """Each command is all or nothing; the next ones see only what was decided."""
    scene.given(a_home(), a_person())
    first, second, third = scene.together(
        a_stay(), a_stay("again"), say("person.record_death", person="$person", on="2024-05-01")
    )
    first.then_recorded("stay.admitted", "person.stay_opened")
    second.then_refused("stay.overlapping")
    third.then_recorded("person.died", "stay.discharged", "person.stay_closed")


def test_an_unknown_command_is_named(scene):
    """command.unknown at `command`."""
    scene.when(say("facility.demolish")).then_refused("command.unknown", "command", "没有这个命令")


def test_a_preview_and_a_rehearsal_record_nothing(scene):
    """They answer what would be, findings included; a recorded id cannot be previewed again."""
    scene.given(a_home(), a_person())
    head = scene.log.head()
    said = scene.submission(say("stay.admit", id="s", person="$person", facility="$home", category="self_paying"))
    assert [b.rule for b in scene.desk.preview(said).breaches] == ["EC-04", "stay.no_contact"]
    assert scene.desk.rehearse([said])[0].positions == ()
    assert scene.log.head() == head
    scene.desk.submit(said)
    with pytest.raises(Refused, match="id_reused"):
        scene.desk.preview(said)
    with pytest.raises(Refused, match="overlapping"):
        scene.desk.submit(Submission(said.command, "t", said.args, OPERATOR, said.occurred_on))


def test_who_acts_is_looked_up_when_the_command_is_decided(scene):
    """An account opened by an earlier line of the same unit acts; one locked by an earlier line does not."""
    scene.given(a_home())
    rename = {"facility": scene.names["home"], "name": "x"}
    account = {"login": "li", "post": "regulator", "scope_region": "540402"}
    day = date(2024, 3, 1)
    answers = scene.desk.submit_many(
        [
            Submission("facility.rename", "1", rename, occurred_on=day, login="li"),
            Submission("account.open", "2", account, occurred_on=day),
            Submission("facility.rename", "3", rename, occurred_on=day, login="li"),
            Submission("account.lock", "4", {"account": {"$ref": "2"}}, occurred_on=day),
            Submission("facility.rename", "5", rename, occurred_on=day, login="li"),
        ]
    )

    assert [getattr(a, "field", "") for a in answers] == ["as", "", "", "", "as"]
    assert scene.log.at(answers[2].positions)[0].envelope.actor == "li"


# -- sealed -----------------------------------------------------------------------------------------


def test_nothing_private_stands_in_the_log_in_receipts_or_in_refusals(scene):
    """Names, numbers, birth dates, telephones: nowhere but sealed."""
    scene.given(a_home())
    outcomes = [
        scene.when(a_person(phone="13812345678")),
        scene.when(a_stay()),
        scene.when(a_stay("again")),
        scene.when(a_person("again", phone="13812345678")),
    ]
    number = a_person().args["document_number"]
    told = scene.text() + "".join(
        repr(o.answer) + repr(vars(o.answer) if isinstance(o.answer, Refused) else "") for o in outcomes
    )
    kept = b"".join(path.read_bytes() for path in scene.folder.iterdir())

    for secret in (*SECRETS, number):
        assert secret not in told
        assert secret.encode() not in kept


@pytest.mark.parametrize("topic", ["person.registered", "stay.admitted"])
def test_a_correction_keeps_the_address_where_a_value_was_first_sealed(scene, topic):
    """A value that is left alone keeps ciphertext and address; one that is changed has its own."""
    scene.given(a_home(), a_person(phone="13812345678"), a_stay())
    stream = scene.names["person" if topic.startswith("person") else "stay"]
    old = scene.events(stream)[0]
    scene.correct(stream, 1, {"phone": "0894-5822110"} if topic.startswith("person") else {"bed": "9"}).then_recorded()
    anew = (
        scene.events(stream)[-1]
        if topic.startswith("stay")
        else next(e for e in reversed(scene.events(stream)) if e.topic == topic)
    )

    for name, value in vars(anew).items():
        if isinstance(value, Sealed):
            assert value.at[:2] == (topic, stream)
            assert (value == getattr(old, name)) == (name != "phone")
            assert scene.vault.open(value) is not None


def test_destroying_a_key_leaves_the_counts(scene):
    """The data are gone; state, rows and integrity stand; the entry can still be withdrawn and corrected."""
    scene.given(a_home(), a_person(phone="13812345678"), a_stay())
    before = scene.world()
    assert scene.vault.destroy(scene.names["person"])
    assert scene.vault.open(scene.state("$person").title) is None
    assert scene.world() == before
    assert scene.log.verify().ok
    scene.correct(scene.names["stay"], 1, {"category": "destitute"}).then_recorded()
    scene.correct(scene.names["person"], 1, {"phone": "0894-5822110"}).then_refused("person.key_destroyed")
    scene.withdraw(scene.names["stay"], 3).then_recorded()


# -- absurd values ----------------------------------------------------------------------------------

ABSURD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.text(max_size=3)
    | st.sampled_from(
        [
            "2024-02-30",
            "9999-12-31",
            "0001-01-01",
            "NaN",
            "1e999",
            "\x00",
            "\ud800",
            "𠮷" * 30,
            " ",
            "none",
            "540402",
            "1" * 400,
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("$ref"), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A scene for each command, with all that it needs, made when the command is first drawn."""
    scenes = {}

    def scene(name):
        if name not in scenes:
            scenes[name] = made = Scene.at(tmp_path_factory.mktemp("absurd"))
            made.given(*(EXAMPLES[name][0] if name in EXAMPLES else (a_home(), a_person(), a_stay())))
        return scenes[name]

    yield scene
    for made in scenes.values():
        made.close()


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_absurd_arguments_are_refused_and_never_break_anything(prepared, data):
    """Whatever stands in the arguments: recorded or Refused with words in both languages, never another exception."""
    name = data.draw(st.sampled_from(sorted(commands())))
    shared = prepared(name)
    good = (
        dict(EXAMPLES[name][1].args)
        if name in EXAMPLES
        else {"stream": "$stay", "version": 1, "reason": "x", "args": {}}
    )
    args = shared.resolved(good)
    for field in data.draw(st.lists(st.sampled_from([*commands()[name].fields, "stranger"]), min_size=1, max_size=3)):
        args[field] = data.draw(ABSURD)
    submission = Submission(name, f"absurd-{next(shared.ids)}", args, occurred_on=date(2024, 3, 1))
    answer = shared.desk.submit_many([submission])[0]

    if isinstance(answer, Refused):
        assert answer.wording.zh
        assert answer.wording.en
        json.dumps([answer.rule, answer.field, answer.wording.zh]).encode()


def test_arguments_nested_beyond_reason_are_refused(prepared):
    """A thousand brackets are no argument."""
    deep = []
    for _ in range(5000):
        deep = [deep]
    answer = prepared("facility.rename").desk.submit_many(
        [Submission("facility.rename", "deep", {"facility": "x", "name": deep}, occurred_on=date(2024, 3, 1))]
    )[0]
    assert answer.rule in ("command.malformed", "field.invalid")


def test_null_in_the_place_of_a_list_is_an_empty_list(scene):
    """Null means nothing: of a list that may be left out it leaves none, and the event can be read."""
    scene.given(a_home())
    said = say("hazard.find", facility="$home", grade="general", subject="灭火器过期", photos=None)
    assert scene.when(said).then_recorded().events[0].photos == ()
