"""What the pages load from libraries is what the libraries gave: listed by digest, with a licence, in our colours only."""

from __future__ import annotations

from hashlib import sha256

from tests.house.tree import ROOT

STATIC = ROOT / "webapp/static"
VENDOR = STATIC / "vendor"


def test_every_vendored_file_is_the_one_that_was_listed() -> None:
    """`digests.txt` names each file below `vendor/` and its SHA-256, and nothing else."""
    listed = dict(
        reversed(line.split("  ")) for line in (VENDOR / "digests.txt").read_text(encoding="utf-8").splitlines()
    )
    there = {
        str(path.relative_to(VENDOR)): sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "digests.txt"
    }

    assert there == listed


def test_every_vendored_library_brings_its_licence() -> None:
    """Each folder is named `<name>-<version>` and holds the licence."""
    folders = [path for path in VENDOR.iterdir() if path.is_dir()]

    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE.txt").is_file()] == []


def test_the_style_sheet_brings_no_face_and_no_crown() -> None:
    """The GDS face and the crest are not ours to use; the style sheet loads nothing at all."""
    css = (STATIC / "shouwang.css").read_text(encoding="utf-8")

    assert [word for word in ("GDS Transport", "crest", "crown", "@font-face", "url(", "@import") if word in css] == []
