"""见证 — a superior holds the signed heads of the nodes below it against what it took in of them, and cosigns them.

A head counts only if the node's own key signed it. It must continue the head before it, by its proof and by the leaves that
were taken in. Where it does not, the node is taken in no further, and both sides are kept as evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.codec import micros
from adapters.federation import Federation
from adapters.heads import Heads
from adapters.known_nodes import Disagreement, KnownNodes, NodeState, Statement, fork_kept, witness_kept
from adapters.merkle import consistent
from adapters.messages import COSIGNED, Said, of_said
from adapters.node_keys import NodeKeys, key_name
from adapters.notes import Checkpoint, Note
from domain.log import Clock


@dataclass(frozen=True)
class Heard:
    """A head of a subordinate, signed by its key."""

    note: Note
    checkpoint: Checkpoint


class Witness:
    """Hears heads and cosignatures; says its own cosignatures."""

    def __init__(
        self,
        heads: Heads,
        keys: NodeKeys,
        clock: Clock,
        federation: Federation,
        known: KnownNodes,
        told: Callable[[str, str], None] = lambda zh, en: None,
    ) -> None:
        """`heads` are those of this node's own log; `told` is given what an operator should know."""
        self.heads, self.keys, self.clock, self.federation = heads, keys, clock, federation
        self.known, self.told = known, told

    def hear(self, state: NodeState, said: Said) -> tuple[NodeState, list[Statement]]:
        """A signed head of a node: what is known of the node then, and what to keep. One that it did not sign changes nothing."""
        heard = self._heard(said)
        if heard is None:
            self.told(
                f"{state.node} 的树头签名不符，已略过", f"a head of {state.node} is not signed by its key: passed over"
            )
            return state, []
        checkpoint = heard.checkpoint
        before = Checkpoint.of(state.head_note)
        if before is not None and self._splits(before, checkpoint, said):
            return self.stopped(state, "head", min(before.size, checkpoint.size), state.head_note, heard.note.text)
        if checkpoint.size <= max(state.head_size, state.awaited):
            return state, []
        text = heard.note.text
        state = replace(state, latest=text) if state.pending else replace(state, pending=text)
        return state, [state.kept()]

    def compare(self, state: NodeState) -> tuple[NodeState, list[Statement], list[tuple[str, bytes]]]:
        """Heads whose events were all taken in, against their leaves: cosigned, or the node is stopped.

        What is known then, what to keep, and the messages to publish.
        """
        kept, messages = list[Statement](), list[tuple[str, bytes]]()
        while not state.stopped and (pending := Checkpoint.of(state.pending)) and pending.size <= state.size:
            state, more, said = self._compared(state, pending)
            kept, messages = kept + more, messages + said
        return state, kept, messages

    def _compared(
        self, state: NodeState, pending: Checkpoint
    ) -> tuple[NodeState, list[Statement], list[tuple[str, bytes]]]:
        frontier = self.known.frontier(state, pending.size)
        if frontier.root() != pending.root:
            ours = f"{pending.size} {frontier.root().hex()}"
            return *self.stopped(state, "root", state.head_size + 1, ours, state.pending), []
        note, now = Note.parse(state.pending), micros(self.clock.now())
        line = self.keys.witness.cosign(note.body, now // 1_000_000)
        state = replace(
            state,
            head_size=pending.size,
            head_frontier=frontier.peaks(),
            head_note=state.pending,
            pending=state.latest,
            latest="",
        )
        kept = [state.kept(), witness_kept(state.node, pending.size, note.text, line, now)]
        return state, kept, [self._cosigned(state.node, pending.size, line)]

    def again(self, node: str) -> list[tuple[str, bytes]]:
        """The message of the newest cosignature given to a node: it may have been kept and never said."""
        return [self._cosigned(node, size, line) for size, _, line in self.known.witnessed(node, newest=1)]

    def _cosigned(self, node: str, size: int, line: str) -> tuple[str, bytes]:
        data, now = {"of": node, "size": size, "line": line}, micros(self.clock.now())
        return of_said(self.heads.log.node, COSIGNED, f"{node}/{size}", now, data)

    def stopped(
        self, state: NodeState, kind: Disagreement, size: int, ours: str, theirs: str
    ) -> tuple[NodeState, list[Statement]]:
        """Take nothing more of a node whose history does not agree with itself, and keep both sides.

        Of one that is misshapen, `theirs` says why.
        """
        if kind == "shape":
            self.told(
                f"{state.node} 第 {size} 号记录不成形，无法计入：已停止接收该节点。{theirs}",
                f"event {size} of {state.node} is misshapen and cannot be counted: the node is no longer taken in. {theirs}",
            )
        else:
            self.told(
                f"{state.node} 第 {size} 号记录前后不一，历史可能被改写：已停止接收该节点，两份证据均已保存",
                f"event {size} of {state.node} is not what it was, its history may have been rewritten: the node is no longer"
                " taken in, both sides are kept",
            )
        state = replace(state, stopped=f"{kind} {size}")
        return state, [fork_kept(state.node, size, kind, ours, theirs, micros(self.clock.now())), state.kept()]

    def believed(self, said: Sequence[Said]) -> list[Statement]:
        """What to keep of cosignatures of this node's own heads: those of the superiors that it knows."""
        mine = [one for one in said if one.type == COSIGNED and one.data.get("of") == self.heads.log.node]
        kept = []
        for one in mine:
            superior, size, line = self.federation.superiors.get(one.node), one.data.get("size"), one.data.get("line")
            fits = isinstance(size, int) and 0 < size < 2**63 and isinstance(line, str)
            head = self.heads.signed(size) if superior and fits else None
            at = superior.witness.cosigned_at(Note.parse(head.note).body, line) if superior and head else None
            if superior is not None and at is not None:
                row = size, superior.witness.name, at * 1_000_000, line
                kept.append(("INSERT INTO {log}cosignatures VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row))
        return kept

    def _heard(self, said: Said) -> Heard | None:
        subordinate = self.federation.subordinates.get(said.node)
        try:
            note = Note.parse(said.data["note"])
            checkpoint = Checkpoint.parse(note.body)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        signed = subordinate is not None and checkpoint.origin == key_name(said.node)
        signed = signed and any(subordinate.key.verify(note.body, line) for line in note.lines)
        return Heard(note, checkpoint) if signed else None

    @staticmethod
    def _splits(before: Checkpoint, now: Checkpoint, said: Said) -> bool:
        """Whether two signed heads of one node cannot be of one history: of one size with two roots, or without a proof."""
        if now.size == before.size:
            return now.root != before.root
        if now.size < before.size or said.data.get("since") != before.size:
            return False  # an old one come late, or one whose proof begins elsewhere: the leaves decide
        try:
            proof = [bytes.fromhex(one) for one in said.data["proof"]]
        except (KeyError, TypeError, ValueError):
            proof = []
        return not consistent(before.size, now.size, before.root, now.root, proof)
