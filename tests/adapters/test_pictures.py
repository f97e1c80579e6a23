"""What is taken for a photo or a scan, by its content, and what of it is kept."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from adapters.pictures import BYTES_MAX, JPEG, SIDE_MAX, THUMBNAIL_MAX, drawn
from domain.model import Refused
from tests.adapters.photographs import CAMERA, PDF, bomb, photo


def opened(content: bytes) -> Image.Image:
    """The picture as a browser would read it."""
    return Image.open(BytesIO(content))


def refusal(content: bytes) -> str:
    """The rule by which a file is refused."""
    with pytest.raises(Refused) as refused:
        drawn(content)
    return refused.value.rule


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_every_kind_is_drawn_anew(kind: str) -> None:
    """Position, camera and comment are gone, and the picture stands upright."""
    sent = photo(kind=kind)
    found = drawn(sent)
    kept = opened(found.content)

    assert CAMERA.encode() in sent, "the photo that was sent says more than it shows"
    assert (found.kind, kept.format) == (JPEG, "JPEG")
    assert dict(kept.getexif()) == {}
    assert not {"exif", "comment", "xmp", "icc_profile"} & kept.info.keys()
    for part in (found.content, found.thumbnail):
        assert part is not None
        assert CAMERA.encode() not in part
        assert b"taken at home" not in part
    assert (found.width, found.height) == kept.size == (600, 800), "turned as the camera said"
    red, blue = kept.getpixel((300, 20)), kept.getpixel((300, 780))
    assert red[0] - red[2] > 150
    assert blue[2] - blue[0] > 150


def test_a_large_picture_is_made_smaller_and_a_small_one_stays() -> None:
    """The longest side has at most 2,560 pixels, that of the small picture 320; nothing is blown up."""
    large, small = drawn(photo(4000, 1000)), drawn(photo(40, 30))

    assert (large.width, large.height) == (SIDE_MAX // 4, SIDE_MAX)
    assert opened(large.thumbnail or b"").size == (THUMBNAIL_MAX // 4, THUMBNAIL_MAX)
    assert (small.width, small.height) == (30, 40)
    assert opened(small.thumbnail or b"").size == (30, 40)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_every_way_of_writing_colours_is_read(mode: str) -> None:
    """Scans in grey, drawings with few colours or see-through ones: what is see-through becomes white."""
    out = BytesIO()
    Image.new(mode, (20, 20)).save(out, "PNG")
    kept = opened(drawn(out.getvalue()).content)

    assert kept.mode == "RGB"
    if mode in ("LA", "RGBA"):
        assert min(kept.getpixel((5, 5))) > 250


def test_a_scan_is_kept_as_it_is() -> None:
    """A PDF has no small picture, and not one byte of it changes."""
    found = drawn(PDF)

    assert (found.kind, found.content, found.thumbnail) == ("application/pdf", PDF, None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ" + bytes(200),
        b"PK\x03\x04" + bytes(200),
        b"  %PDF-1.4 not at the beginning %%EOF",
        b"GIF89a" + bytes(40),
    ],
)
def test_what_is_neither_photo_nor_scan_is_refused_by_its_content(content: bytes) -> None:
    """The name is not even asked for."""
    assert refusal(content) == "evidence.unknown_kind"


def test_a_picture_format_that_is_not_asked_for_is_refused() -> None:
    """A sound GIF, which the library could read, is none of the three."""
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "GIF")

    assert refusal(out.getvalue()) == "evidence.unknown_kind"


@pytest.mark.parametrize(
    "content", [PDF + b"PK\x03\x04 an archive that hangs on", PDF[:-7], b"%PDF-9 <script>alert(1)</script> %%EOF"]
)
def test_a_scan_with_something_else_in_one_file_is_refused(content: bytes) -> None:
    """Nothing may follow the end of a PDF, and its head must be one."""
    assert refusal(content) == "evidence.unsound"


def test_of_a_picture_that_is_also_something_else_only_the_picture_is_kept() -> None:
    """What hangs on to a sound photo, an archive or a page with a script, does not reach the store."""
    found = drawn(photo() + b"<script>alert(1)</script>PK\x03\x04")

    assert b"<script>" not in found.content
    assert b"PK\x03\x04" not in found.content


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    """A few bytes that claim to be a huge picture; the head alone is read."""
    assert len(bomb(side)) < 200
    assert refusal(bomb(side)) == "evidence.too_many_pixels"


def test_a_file_that_is_too_large_is_refused() -> None:
    """Ten megabytes are taken, one byte more is not."""
    assert refusal(PDF + bytes(BYTES_MAX)) == "evidence.too_large"
    padded = PDF[:9] + b" " * (BYTES_MAX - len(PDF)) + PDF[9:]
    assert len(drawn(padded).content) == BYTES_MAX


def test_a_photo_whose_notes_are_damaged_is_taken() -> None:
    """What the camera wrote beside the picture says that it is longer than the file: the picture itself is whole."""
    whole = bytearray(photo(64, 48))
    begin = whole.index(b"Exif\0\0") + 6
    directory = begin + int.from_bytes(
        whole[begin + 4 : begin + 8], "big" if whole[begin : begin + 2] == b"MM" else "little"
    )
    whole[directory + 6 : directory + 10] = b"\x7f\xff\xff\x7f"  # how many values the first note has
    with pytest.warns(UserWarning, match="larger than file"):
        Image.open(BytesIO(bytes(whole))).getexif()

    assert drawn(bytes(whole)).kind == JPEG


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_and_never_breaks_anything(data: st.DataObject) -> None:
    """Cut or changed anywhere, a photo is either still one or is refused with a reason."""
    whole = bytearray(photo(64, 48, kind=data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=12)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        found = drawn(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except Refused as refused:
        told = refused.rule
    else:
        told = found.kind if opened(found.content).format == "JPEG" else ""

    assert told == JPEG or told.startswith("evidence.")
