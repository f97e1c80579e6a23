"""Letters that cannot be recorded: kept with the reason, tried again, taken back, settled."""

from __future__ import annotations


def test_a_letter_that_cannot_be_recorded_is_told(case):
    """The other side entered the answer by hand already: the letter is refused by the rule, and nobody is stopped."""
    case.post.say("bayi", "transfer.record_refusal", "2024-03-05", transfer=case.transfer, reason="no_bed")
    case.accept()
    assert case.post.state("bayi", case.transfer).status == "refused"
    assert len([one for one in case.post.told if "was answered or withdrawn already" in one]) == 1  # and only once
    [kept] = case.post.nodes["bayi"].refused_letters.open()
    assert (kept.command, kept.passed_on_by) == ("transfer.record_acceptance", "xizang")
    assert kept.actor.endswith("@bomi")
    assert "answered or withdrawn already" in kept.why.en


def test_a_refused_letter_is_recorded_once_nothing_stands_in_its_way(case):
    """What was entered by hand is withdrawn as a mistake: the letter is tried again, recorded, and kept no longer."""
    case.post.say("bayi", "transfer.record_refusal", "2024-03-05", transfer=case.transfer, reason="no_bed")
    case.accept()
    box = case.post.letterbox("bayi")
    box.try_again()
    assert case.post.state("bayi", case.transfer).status == "refused"
    assert len(box.refused.open()) == 1

    case.post.say("bayi", "entry.withdraw", None, stream=case.transfer, version=2, reason="录错")
    box.try_again()
    assert case.post.state("bayi", case.transfer).status == "accepted"
    assert box.refused.open() == []


def test_a_refused_letter_that_is_taken_back_is_not_tried_again(case):
    """Whoever asked has withdrawn it meanwhile: there is nothing left to record."""
    case.post.say("bayi", "transfer.record_refusal", "2024-03-05", transfer=case.transfer, reason="no_bed")
    case.accept()
    case.post.say("bomi", "entry.withdraw", None, stream=case.reception, version=2, reason="录错")
    case.post.carry()
    assert case.post.nodes["bayi"].refused_letters.open() == []


def test_a_letter_that_people_have_settled_stays_settled(case):
    """It came again, as letters may: it is not listed and not told any more."""
    case.post.say("bayi", "transfer.record_refusal", "2024-03-05", transfer=case.transfer, reason="no_bed")
    case.accept()
    bayi = case.post.nodes["bayi"]
    [kept] = bayi.refused_letters.open()
    assert not bayi.refused_letters.settle("another", bayi.clock.now())
    assert bayi.refused_letters.settle(kept.id, bayi.clock.now())
    told = len(case.post.told)
    case.post.carry()
    assert bayi.refused_letters.open() == []
    assert len(case.post.told) == told
    assert not bayi.refused_letters.settle(kept.id, bayi.clock.now())
