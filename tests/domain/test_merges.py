"""Records that turn out to be of one person: merged, identified, undone; nothing is rewritten."""

import pytest

from projections.folding import history
from tests.domain.test_people import numbered
from tests.scene import MILIN, Scene, a_home, a_person, a_stay, say


@pytest.fixture
def two(scene: Scene) -> Scene:
    """Two records, one without a document."""
    return scene.given(
        a_home(), a_person("known"), a_person("unknown", document_kind="none", document_number=None, name="无名甲")
    )


def merge(**more: object):
    """The unknown one is the known one."""
    args = {"person": "$unknown", "into": "$known", "evidence": "家属辨认"}
    return say("person.merge", "2024-04-01", **{**args, **more})


def aliases(scene: Scene, stream: str) -> list[tuple[str | None, ...]]:
    """As whom a record counts, as the views keep it."""
    return [n.values for n in history(type(scene.state(stream)), scene.events(stream))[1].notes if n.board == "aliases"]


def test_a_merged_record_counts_as_the_one_that_is_kept(two):
    """The alias stands with the old record; the kept one carries the mark of the merge."""
    two.when(merge()).then_recorded("person.merged", "person.absorbed")

    assert aliases(two, "$unknown") == [(two.state("$unknown").pseudonym, two.state("$known").pseudonym)]
    assert two.state("$unknown").merged_into == two.names["known"]
    assert "家属辨认" not in two.text()


def test_a_merge_is_undone(two):
    """Two different people after all: each counts by its own name again."""
    two.given(merge(), say("person.unmerge", "2024-05-01", person="$unknown", evidence="指纹不符"))

    assert [
        n for n in history(type(two.state("$unknown")), two.events("$unknown"))[1].notes if n.valid_to == "9999"
    ] == []
    two.when("person.unmerge", "2024-06-01", person="$unknown", evidence="重复").then_refused("person.not_merged")


def test_a_record_is_not_merged_into_itself_or_into_one_that_was_merged_away(two):
    """Chains are made at their end; the record that is kept is named."""
    two.when(merge(into="$unknown")).then_refused("person.merged_into_itself", "into")
    two.given(merge(), a_person("third", document_kind="none", document_number=None))
    two.when(say("person.merge", "2024-04-02", person="$third", into="$unknown", evidence="同名")).then_refused(
        "person.merged", "into"
    )
    two.when(merge()).then_refused("person.merged")


def test_nobody_moves_in_under_a_record_that_was_merged_away(two):
    """The kept record is used from then on; what was entered before stands."""
    two.given(a_stay(person="$unknown"), merge())
    two.when("stay.discharge", "2024-05-01", stay="$stay", reason="to_family").then_recorded()
    two.when(a_stay("later", person="$unknown").on_("2024-06-01")).then_refused("person.merged")


def test_a_document_that_is_learnt_makes_the_record_of_its_holder(two):
    """NAM-2: the stream of the new digest is made of what is known, and the old one merged into it."""
    number = numbered("99010119500101001")
    outcome = two.when(
        "person.identify",
        "2024-04-01",
        person="$unknown",
        document_kind="resident_identity_card",
        document_number=number,
        evidence="公安比对",
    ).then_recorded("person.identified", "person.registered", "person.absorbed")

    made = outcome.events[1]
    assert made.originator_id != two.names["unknown"]
    assert two.vault.open(made.name) == "无名甲"
    assert made.birth_year == 1950
    assert two.state("$unknown").merged_into == made.originator_id
    assert number not in two.text()


def test_a_document_that_is_known_leads_to_its_holder(two):
    """Nobody is registered twice; the old record is merged into the one that holds the document."""
    two.when(
        "person.identify",
        "2024-04-01",
        person="$unknown",
        document_kind="resident_identity_card",
        document_number=a_person().args["document_number"],
        evidence="公安比对",
    ).then_recorded("person.identified", "person.absorbed")
    assert two.state("$unknown").merged_into == two.names["known"]


def test_a_merge_that_is_withdrawn_was_never_made(two):
    """Both streams are as before."""
    before = two.world()
    two.given(merge())
    two.withdraw("$unknown", 2).then_recorded()
    assert two.world() == before


def test_a_household_moves(two):
    """Where the household is registered is kept with its day."""
    two.when("person.relocate", "2024-05-01", person="$known", region=MILIN).then_recorded("person.relocated")
    assert two.state("$known").hukou_region == MILIN
