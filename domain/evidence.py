"""佐证材料 — photos and scans that belong to an entry: the event holds their digests, the files lie beside the log."""

from __future__ import annotations

from dataclasses import replace

from domain.model import Field

DIGEST = r"[0-9a-f]{64}"
"""SHA-256 of a file as it is kept, in hex."""
FILES_MAX = 6
"""So many files may belong to one field."""

PHOTOS = Field(
    "照片和扫描件",
    en="Photos and scans",
    pattern=DIGEST,
    evidence=True,
    hint_zh="最多 6 个，每个不超过 10 MB；照片用 JPEG、PNG 或 WebP，扫描件用 PDF；照片中的拍摄位置等附带信息会去掉",
    hint_en="At most 6 of 10 MB each: photos as JPEG, PNG or WebP, scans as PDF; what a photo says of its place is dropped",
)
"""How an event declares that files may belong to it."""
SCANS = replace(PHOTOS, zh="协议和证件的扫描件", en="Scans of agreement and documents")
"""The same, of papers that somebody brings or signs."""
