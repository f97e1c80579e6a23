"""Batches behind the payment: lines that come back and are paid again, and lists of more than one lot."""

from tests.domain.batch_scene import FEN, figures, hold, last, reissue
from tests.domain.money import (
    FUNDED,
    a_batch,
    a_crowd,
    a_payment,
    a_return,
    an_approval,
    people,
    total,
)
from tests.scene import BAYI, Scene

# -- what comes back ----------------------------------------------------------------------------------


def test_a_returned_payment_is_with_the_fund_again(paid):
    """One payment less from that day, its money returned; until then four hands had it."""
    paid.when(a_return("$p2")).then_recorded("batch.line_returned", "fund.refunded")
    paid.when(a_return("$p2")).then_refused("batch.line_not_paid", None, "已退回")

    assert figures(paid) == {"fund.paid": 2 * FEN, "fund.returned": FEN, "batch.payments": 1}
    assert total(paid, "batch.payments", "2024-03-11") == 2
    assert total(paid, "fund.balance", at=BAYI) == 300_000_50 - FEN
    assert (paid.state("$batch").returned_fen, paid.state("$part").returned_fen) == (FEN, FEN)


def test_a_payment_comes_back_only_after_it_was_made(paid):
    """batch.line_not_paid before the payment; batch.not_listed for a stranger."""
    paid.when(a_return("$p1", on="2024-03-06")).then_refused("batch.line_not_paid")
    paid.given(*people("stranger"))
    paid.when(a_return("$stranger")).then_refused("batch.not_listed", "person")
    paid.when(a_return("$p1", on="2024-03-04")).then_refused("entry.before_start")


def test_a_returned_payment_is_made_again(paid):
    """batch.line_not_returned without a return; then a payment more, and the fund has less again."""
    paid.when(reissue()).then_refused("batch.line_not_returned")
    paid.given(a_return("$p1"))
    paid.when(reissue()).then_recorded("batch.line_reissued", "fund.spent")
    assert figures(paid) == {"fund.paid": 3 * FEN, "fund.returned": FEN, "batch.payments": 2}
    paid.when(reissue()).then_refused("batch.line_not_returned")
    paid.when(a_return("$p1", on="2024-03-25")).then_recorded()
    assert paid.state("$part").balance_fen == 300_000_50 - FEN


def test_a_payment_that_something_came_back_from_cannot_be_withdrawn(paid):
    """entry.in_use; in the right order everything can be undone, and nothing is left of it."""
    paid.given(a_return("$p1"))
    batch = paid.names["batch"]
    paid.withdraw(batch, last(paid, "$batch", "batch.paid")).then_refused("entry.in_use")
    paid.withdraw(batch, last(paid, "$batch", "batch.approved")).then_refused("entry.in_use")
    for topic in ("batch.line_returned", "batch.paid", "batch.approved", "batch.drawn_up"):
        paid.withdraw(batch, last(paid, "$batch", topic)).then_recorded()
    assert paid.state("$part").balance_fen == 300_000_50
    assert figures(paid) == {}


def test_a_corrected_day_of_payment_moves_the_money(paid):
    """In both streams, to the new day."""
    paid.correct(paid.names["batch"], last(paid, "$batch", "batch.paid"), occurred_on="2024-03-08").then_recorded()
    assert (total(paid, "fund.paid", "2024-03-07"), total(paid, "fund.paid", "2024-03-08")) == (0, 2 * FEN)
    assert total(paid, "fund.balance", "2024-03-07", at=BAYI) == 300_000_50


# -- long lists ---------------------------------------------------------------------------------------


def lots(scene: Scene) -> list[int]:
    """How many lines each event in force carries."""
    from domain.entries import in_force

    return [len(e.lines) for e in in_force(scene.events("$batch")) if hasattr(e, "lines")]


def lines_of(persons: list[str], fen: int = 10) -> list[dict]:
    """A list of these persons."""
    return [{"person": person, "amount_fen": fen} for person in persons]


def test_a_long_list_travels_in_lots(scene):
    """Three events for 1,200 persons; all of them are paid, each once."""
    scene.given(*FUNDED)
    crowd = a_crowd(scene, 1200)
    scene.when(a_batch(*crowd, fen=10)).then_recorded("batch.drawn_up", "batch.lines_added", "batch.lines_added")
    assert lots(scene) == [500, 500, 200]
    scene.given(an_approval(), a_payment(), a_return(crowd[1100]))
    assert figures(scene) == {"fund.paid": 12_000, "fund.returned": 10, "batch.payments": 1199}
    assert scene.state("$batch").lines == 1200
    assert scene.state("$part").paid_fen == 12_000


def test_a_corrected_list_grows_and_shrinks(scene):
    """In more or fewer lots than before, in their order, with all that stands behind them; then as it was at first."""
    scene.given(*FUNDED)
    crowd = a_crowd(scene, 1700)
    scene.given(a_batch(*crowd[:300], fen=10), hold(crowd[7], on="2024-03-05"))
    before = scene.seen("$batch")
    for number, expected in ((1700, [500, 500, 500, 200]), (501, [500, 1]), (1200, [500, 500, 200]), (8, [8])):
        outcome = scene.correct(
            scene.names["batch"], last(scene, "$batch", "batch.drawn_up"), {"lines": lines_of(crowd[:number][::-1])}
        )
        outcome.then_recorded("entry.withdrawn", "batch.drawn_up", *["batch.lines_added"] * (len(expected) - 1))
        batch = scene.state("$batch")
        assert lots(scene) == expected
        assert list(batch.line_of) == crowd[:number][::-1]
        assert (batch.lines, batch.total_fen, batch.payable_fen) == (number, number * 10, number * 10 - 10)
    scene.correct(
        scene.names["batch"], last(scene, "$batch", "batch.drawn_up"), {"lines": lines_of(crowd[:7])}
    ).then_refused("entry.in_use", None, "暂缓发放")
    back = {"lines": lines_of(crowd[:300])}
    scene.correct(scene.names["batch"], last(scene, "$batch", "batch.drawn_up"), back).then_recorded()
    assert scene.seen("$batch")[1] == before[1]
    assert scene.state("$batch").line_of == {
        line["person"]: scene.state("$batch").line_of[line["person"]] for line in back["lines"]
    }


def test_a_correction_of_something_else_keeps_the_whole_list(scene):
    """What is not corrected is said again: all lots of it, with pseudonyms; named by any of its events."""
    scene.given(*FUNDED)
    crowd = a_crowd(scene, 1200)
    scene.given(a_batch(*crowd, fen=10))
    members = [line.member for line in scene.state("$batch").line_of.values()]
    scene.correct(scene.names["batch"], 3, {"period": "2024-05"}).then_recorded()
    batch = scene.state("$batch")
    assert (batch.period, lots(scene), list(batch.line_of)) == ("2024-05", [500, 500, 200], crowd)
    assert [line.member for line in batch.line_of.values()] == members
    scene.withdraw(scene.names["batch"], last(scene, "$batch", "batch.lines_added")).then_recorded()
    assert lots(scene) == []


def test_a_lot_added_by_a_correction_comes_before_what_follows_on_the_same_day(scene):
    """A list that grows beyond one lot, while somebody of its second lot was held back that day."""
    scene.given(*FUNDED)
    crowd = a_crowd(scene, 600)
    scene.given(a_batch(*crowd[:2], fen=10), hold(crowd[0], on="2024-03-05"))
    scene.correct(scene.names["batch"], 1, {"lines": lines_of(crowd[::-1])}).then_recorded()
    assert scene.state("$batch").held == {crowd[0]}
    assert lots(scene) == [500, 100]
