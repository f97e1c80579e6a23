"""Tracks kept between pages: what a page reads is what the log holds when the page begins, however much was kept."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import kept_tracks
from domain.kept_tracks import KeptTracks
from domain.work import Reading, Work, loaded
from tests.projections.worlds import World, histories, played, settle, some, world


def streams(made: World) -> list[str]:
    """Every stream of the log, and one that does not exist."""
    head = made.log.head().position
    return [*dict.fromkeys(event.originator_id for event in made.log.read(0, head)), "nothing"]


def told(reading: Reading, stream: str) -> tuple[list[int], list[int], Any]:
    """The positions of a track's events, of those in force, and its state."""
    track = reading.track(stream)
    positions = [[event.envelope.position for event in its] for its in (track.events, track.standing)]
    return positions[0], positions[1], plain(track.state)


def plain(state: Any) -> Any:
    """A state with all that it holds, to be compared."""
    if hasattr(state, "__dict__"):
        return type(state), {key: plain(value) for key, value in vars(state).items()}
    if isinstance(state, dict):
        return {key: plain(value) for key, value in state.items()}
    return [plain(one) for one in state] if isinstance(state, list | tuple) else state


def differing(made: World, kept: KeptTracks, asked: list[str]) -> list[str]:
    """The streams that a page over kept tracks reads otherwise than a unit of work of its own."""
    reading, own = kept.reading(), Work(made.log)
    reading.prefetch(asked)
    return [stream for stream in asked if told(reading, stream) != told(own, stream)]


@some(12)
@given(histories(25), st.integers(1, 6), st.sampled_from([5, 60, 60_000]), st.sampled_from([2, 1_000]))
def test_a_page_reads_what_the_log_holds_when_it_begins(steps, pace, weight_max, looked_max) -> None:
    """After any entries, corrections and withdrawals, with much or little kept, looked through or forgotten as a whole."""
    with world() as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_tracks, "WEIGHT_MAX", weight_max)
        patch.setattr(kept_tracks, "LOOKED_THROUGH_MAX", looked_max)
        kept = KeptTracks(settle(made).log)

        def compared(it: World) -> None:
            if it.count % pace == 0:
                assert differing(it, kept, streams(it)) == []

        played(made, steps, compared)
        assert differing(made, kept, streams(made)) == []


def test_without_looking_through_the_new_entries_a_page_would_read_what_was(monkeypatch) -> None:
    """The control: the same comparison finds a track that was kept although its stream has grown."""
    with world() as made:
        kept = KeptTracks(settle(made).log)
        assert differing(made, kept, streams(made)) == []
        monkeypatch.setattr(kept, "_look", lambda: None)
        made.give("facility.terminate", {"facility": made.facilities[0], "reason": "合并"}, made.today)

        assert differing(made, kept, streams(made)) == [made.facilities[0]]


def test_what_was_read_while_the_log_grew_is_not_kept(monkeypatch) -> None:
    """An entry comes between the reading of a stream and its keeping, and another page has looked: the next page sees it."""
    with world() as made:
        home, kept = settle(made).facilities[0], KeptTracks(made.log)
        slow = kept.reading()

        def overtaken(log, asked):
            found = loaded(log, asked)
            monkeypatch.undo()
            made.give("facility.terminate", {"facility": home, "reason": "合并"}, made.today)
            kept.reading()
            return found

        monkeypatch.setattr(kept_tracks, "loaded", overtaken)
        slow.prefetch([home])

        assert told(slow, home) != told(Work(made.log), home)
        assert differing(made, kept, [home]) == []


def test_no_more_is_kept_than_may_be_and_what_was_asked_last_stays(monkeypatch) -> None:
    """Of three facilities two fit; the one that was asked for longest ago is read again, the others are not."""
    with world() as made:
        homes, asked = settle(made).facilities[:3], []
        weights = [kept_tracks.size(track) for track in loaded(made.log, homes).values()]
        monkeypatch.setattr(kept_tracks, "WEIGHT_MAX", max(a + b for a, b in pairwise([*weights, weights[0]])))
        monkeypatch.setattr(
            kept_tracks, "loaded", lambda log, them: asked.append(wanted := [*them]) or loaded(log, wanted)
        )
        kept = KeptTracks(made.log)
        for home in homes:
            kept.reading().track(home)
        kept.reading().prefetch(homes[1:])
        kept.reading().track(homes[0])

        assert asked == [[homes[0]], [homes[1]], [homes[2]], [], [homes[0]]]
