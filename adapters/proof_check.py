"""存证核对 — checks a proof that somebody was given, with nothing but the proof and the public key of the node.

Neither the log nor this program's word is needed: every step is a digest or a signature that any other program can repeat.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from adapters.merkle import leaf_hash, root_from_path
from adapters.notes import Checkpoint, Note, Verifier


@dataclass(frozen=True)
class Checked:
    """Whether a proof holds, and what it shows or where it breaks, zh and en."""

    ok: bool
    zh: str
    en: str


SHAPE = ("文件不是存证：缺少内容，或写法不对", "this is no proof: parts are missing or not written as they should be")
TEXT = ("公开内容与其摘要不符", "the public text does not match its digest")
LEAF = ("摘要和登记时间与指纹不符", "digests and recording time do not lead to the leaf")
PATH = ("指纹不在这棵树的这个位置上", "the leaf does not stand at this position of the tree")
HEAD = ("树头的文字与大小、树根或时间不符", "the note does not say this size, root or time")
SIGNATURE = ("树头不是这把公钥签的", "the head is not signed by this key")
HOLDS = "存证成立：第 {position} 号记录在签名树头之下", "the proof holds: event {position} stands below the signed head"
OWN_KEY = (
    "；公钥取自存证本身，请与节点公布的公钥核对（--key）",
    "; the key was taken from the proof itself: compare it with the one that the node has made public (--key)",
)


def check(said: Any, key: str | None = None) -> Checked:
    """Whether a proof, as `proof --format json` and the API write it, holds for a public key.

    Without `key` the one in the document is used, which shows only that the document agrees with itself. Raises ValueError
    for a `key` that is none.
    """
    verifier = Verifier.parse(key) if key else None
    try:
        fault = _fault(said, verifier or Verifier.parse(said["key"]))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, struct.error):
        fault = SHAPE
    if fault:
        return Checked(False, *fault)
    zh, en = (text.format(position=said["position"]) for text in HOLDS)
    return Checked(True, zh, en) if key else Checked(True, zh + OWN_KEY[0], en + OWN_KEY[1])


def _fault(said: Mapping[str, Any], verifier: Verifier) -> tuple[str, str] | None:
    """The first thing that is wrong."""
    position, head = said["position"], said["head"]
    public, sealed, leaf, root = (
        bytes.fromhex(text) for text in (said["public_sha256"], said["sealed_sha256"], said["leaf"], head["root"])
    )
    if said["public"] is not None and sha256(said["public"].encode()).digest() != public:
        return TEXT
    if leaf_hash(position, said["recorded_at"], public + sealed) != leaf:
        return LEAF
    path = [bytes.fromhex(one) for one in said["path"]]
    if root_from_path(leaf, position - 1, head["size"], path) != root:
        return PATH
    note = Note.parse(head["note"])
    signed = Checkpoint.parse(note.body)
    if (signed.size, signed.root, signed.signed_at) != (head["size"], root, datetime.fromisoformat(head["signed_at"])):
        return HEAD
    told = signed.origin == verifier.name and any(verifier.verify(note.body, line) for line in note.lines)
    return None if told else SIGNATURE
