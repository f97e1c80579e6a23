"""Files as people send them: photos with all that cameras write into them, scans, and things that only look like either."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
GPS, ORIENTATION, MAKE, TURNED = 0x8825, 0x0112, 0x010F, 6
CAMERA, PLACE_MARK = "Phone of Zhang", (29.0, 38.0, 51.0)


def photo(
    width: int = 800, height: int = 600, *, kind: str = "JPEG", mode: str = "RGB", colour: object = None
) -> bytes:
    """A picture whose left half is red and whose right half is blue, with position, camera and a comment."""
    picture = Image.new(mode, (width, height), colour or ("red" if mode == "RGB" else 120))
    if mode == "RGB" and colour is None:
        picture.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = CAMERA, TURNED
    exif[GPS] = {1: "N", 2: PLACE_MARK, 3: "E", 4: PLACE_MARK}
    out = BytesIO()
    more = {"comment": b"taken at home"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of few bytes that claims to be a square of so many pixels."""

    def chunk(name: bytes, said: bytes) -> bytes:
        return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1024))) + chunk(b"IEND", b"")
    )
