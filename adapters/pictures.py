"""What a file that was sent really is, told by its content; a picture is drawn anew, so that nothing else comes along."""

from __future__ import annotations

import re
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from domain.model import Refused, Wording

BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 50_000_000
"""More than the cameras of phones take; each costs three bytes while a picture is drawn anew."""
SIDE_MAX, THUMBNAIL_MAX = 2560, 320
QUALITY, THUMBNAIL_QUALITY = 86, 78
JPEG, PDF = "image/jpeg", "application/pdf"
PICTURES = ("JPEG", "PNG", "WEBP")
PDF_HEAD = re.compile(rb"%PDF-[12]\.\d")
PDF_TAIL = re.compile(rb"%%EOF\s{0,64}\Z")
WHITE = (255, 255, 255)

TOO_LARGE = Wording(
    "文件超过 10 MB", "the file has more than 10 MB", "把照片拍小一些，或分成几个文件", "make it smaller, or split it"
)
TOO_MANY_PIXELS = Wording(
    "照片超过 5000 万像素", "the picture has more than 50 million pixels", "缩小后重新选择", "make it smaller"
)
UNKNOWN_KIND = Wording(
    "不是 JPEG、PNG、WebP 照片，也不是 PDF（看的是内容，不是文件名）",
    "it is neither a JPEG, PNG or WebP picture nor a PDF, by its content whatever its name",
    "另存为 JPEG 照片或 PDF 后重新选择",
    "save it as JPEG or PDF and choose it again",
)
UNREADABLE = Wording(
    "照片不完整，打不开", "the picture is damaged", "重新拍照或重新导出后再选择", "take or export it again"
)
UNSOUND_PDF = Wording(
    "PDF 不完整，或夹带了别的内容",
    "the PDF is damaged, or something else hangs on to it",
    "重新扫描或重新导出后再选择",
    "scan or export it again",
)

_drawing = threading.Lock()
"""One picture is drawn at a time: each may need some hundred megabytes."""


@dataclass(frozen=True)
class Drawn:
    """A file as it is kept: its type, its bytes, its size in pixels (0 for a PDF) and, of a picture, a small one."""

    kind: str
    content: bytes
    width: int = 0
    height: int = 0
    thumbnail: bytes | None = None


def drawn(content: bytes) -> Drawn:
    """The file as it is to be kept. Raises `Refused` for what is too large, damaged, or something else."""
    if len(content) > BYTES_MAX:
        raise Refused("evidence.too_large", TOO_LARGE)
    if content.startswith(b"%PDF-"):
        if not (PDF_HEAD.match(content) and PDF_TAIL.search(content[-1024:])):
            raise Refused("evidence.unsound", UNSOUND_PDF)
        return Drawn(PDF, content)
    try:
        with _drawing, warnings.catch_warnings():
            # What a camera noted beside the picture may be damaged: the library warns and goes on without it, and so do we.
            warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
            with Image.open(BytesIO(content), formats=PICTURES) as sent:
                return _redrawn(sent)
    except Image.UnidentifiedImageError:
        raise Refused("evidence.unknown_kind", UNKNOWN_KIND) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("evidence.too_many_pixels", TOO_MANY_PIXELS) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, zlib.error):
        raise Refused("evidence.unreadable", UNREADABLE) from None


def _redrawn(sent: Image.Image) -> Drawn:
    """The picture upright, in plain colours, not larger than needed; only its pixels are taken over."""
    if sent.width * sent.height > PIXELS_MAX:  # told by the head alone: nothing is unpacked yet
        raise Refused("evidence.too_many_pixels", TOO_MANY_PIXELS)
    sent.draft("RGB", (SIDE_MAX, SIDE_MAX))
    upright = ImageOps.exif_transpose(sent)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        plain = Image.new("RGB", upright.size, WHITE)
        plain.paste(upright, mask=upright.getchannel("A"))
    else:
        plain = upright.convert("RGB")
    plain.info = {}
    plain.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL_MAX, THUMBNAIL_MAX), Image.Resampling.LANCZOS)
    return Drawn(JPEG, _jpeg(plain, QUALITY), plain.width, plain.height, _jpeg(small, THUMBNAIL_QUALITY))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
