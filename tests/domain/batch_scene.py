"""What the tests of batches say and count."""

from collections import Counter

from domain.batches import Batch
from projections.folding import history
from tests.domain.money import (
    ZHAO,
)
from tests.scene import Scene, say

FEN = 1_234_56


def hold(person: str = "$p1", on: str = "2024-03-06"):
    """Somebody is held back."""
    return say("batch.hold_line", batch="$batch", person=person, reason="疑似去世", on=on)


def release(person: str = "$p1", on: str = "2024-03-06"):
    """Somebody is to be paid after all."""
    return say("batch.release_line", batch="$batch", person=person, on=on)


def reissue(person: str = "$p1", on: str = "2024-03-20"):
    """Somebody is paid again."""
    return say("batch.reissue_line", batch="$batch", person=person, on=on, by=ZHAO)


def last(scene: Scene, stream: str, topic: str) -> int:
    """The version of the last event of a topic."""
    return max(e.originator_version for e in scene.events(stream) if e.topic == topic)


def figures(scene: Scene, name: str = "$batch") -> Counter:
    """The sums of the rows of a batch by figure."""
    sums = Counter()
    for row, _ in history(Batch, scene.events(name))[1].rows:
        sums[row.figure] += row.amount
    return +sums
