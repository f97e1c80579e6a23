"""Photos and scans through the pages: chosen with a form, carried to the entry, opened by those who may see it."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from domain.catalogue import commands
from tests.adapters.photographs import CAMERA, PDF, bomb, photo
from tests.webapp.reader import Page, Reader
from tests.webapp.scene import PASSWORD, Scene
from tests.webapp.test_lists import TODAY, typed
from webapp.app import FILES_BYTES_MAX, FORM_BYTES_MAX

FIND = "/enter/hazard.find"
SAID = {**TODAY, "grade": "general", "subject": "配电箱旁堆放杂物"}
DIGEST = re.compile(r"/evidence/([0-9a-f]{64})")


def sent(
    somebody: Reader,
    path: str,
    said: dict[str, str],
    *files: tuple[bytes, str],
    status: int = 200,
    name: str = "photos",
) -> Page:
    """Send a form with files, as a browser does."""
    parts = {**said, name: [FileStorage(BytesIO(content), filename=name) for content, name in files]}
    boundary, body = encode_multipart(parts)
    answer = somebody.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    return somebody._read(answer, path, status)


def digests(page: Page) -> list[str]:
    """The files that a page shows."""
    return list(dict.fromkeys(DIGEST.findall(page.html)))


def found(somebody: Reader, scene: Scene, *files: tuple[bytes, str]) -> Page:
    """The page to check of a hazard with files."""
    form = somebody.get(FIND)
    return sent(somebody, FIND, {**typed(form), **SAID, "facility": scene.streams["fushou"]}, *files)


def recorded(somebody: Reader, check: Page) -> tuple[int, str]:
    """(position, stream) of the entry that a page to check leads to."""
    answer = somebody.post(f"{FIND}/record", check.values(), 303)
    receipt = somebody.get(answer.location)
    position = int(re.search(r"账本位置\s*(\d+)", receipt.text)[1])
    services = somebody.client.application.extensions["shouwang"]
    return position, services.log.at([position])[0].originator_id


def test_a_photo_goes_from_the_form_to_the_entry_and_its_pages(clerk, fresh) -> None:
    """Seen small before recording, then on the entry's page and on the thing's, and byte by byte what the digest says."""
    somebody = clerk("fushou.manager")
    form = somebody.get(FIND)
    assert 'enctype="multipart/form-data"' in form.html
    check = found(somebody, fresh, (photo(), "IMG_1.jpg"), (PDF, "扫描.pdf"))
    assert "请核对后入账" in check.heading
    chosen = digests(check)
    assert len(chosen) == 2
    position, stream = recorded(somebody, check)

    assert set(fresh.services.log.at([position])[0].photos) == set(chosen)
    assert "2 个文件" in somebody.get(f"/events/{position}").text
    for page in (somebody.get(f"/events/{position}"), somebody.get(f"/hazards/{stream}")):
        assert set(digests(page)) == set(chosen)
        assert 'alt="照片' in page.html
    for digest in chosen:
        answer = somebody.client.get(f"/evidence/{digest}")
        assert hashlib.sha256(answer.data).hexdigest() == digest
        assert CAMERA.encode() not in answer.data


def test_a_file_is_served_so_that_it_can_do_nothing(clerk, fresh) -> None:
    """In a sandbox, by its own type, kept by no shared cache; a scan only to be saved."""
    somebody = clerk("fushou.manager")
    check = found(somebody, fresh, (photo(), "1.jpg"), (PDF, "2.pdf"))
    kinds = {}
    for digest in digests(check):
        answer = somebody.client.get(f"/evidence/{digest}")
        kinds[answer.mimetype] = answer
        assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = somebody.client.get(f"/evidence/{digest}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    assert kinds.keys() == {"image/jpeg", "application/pdf"}
    assert kinds["application/pdf"].headers["Content-Disposition"].startswith("attachment")
    assert "Content-Disposition" not in kinds["image/jpeg"].headers


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"<html><script>alert(1)</script></html>", "照片.jpg", "看的是内容，不是文件名"),
        (PDF + b"PK\x03\x04", "a.pdf", "夹带了别的内容"),
        (bomb(12_000), "small.png", "5000 万像素"),
        (photo()[:300], "half.jpg", "照片不完整"),
        (PDF + bytes(10 * 1024 * 1024), "big.pdf", "10 MB"),
    ],
)
def test_what_is_no_evidence_is_refused_and_nothing_else_is_lost(clerk, fresh, content, name, told) -> None:
    """The file is named with what is wrong; everything typed stays, and so does the good file beside it."""
    somebody = clerk("fushou.manager")
    form = somebody.get(FIND)
    said = {**typed(form), **SAID, "facility": fresh.streams["fushou"]}
    page = sent(somebody, FIND, said, (photo(), "good.jpg"), (content, name), status=422)

    assert name in page.text
    assert told in page.text
    assert "#photos" in page.links
    assert typed(page).items() >= SAID.items()
    good = digests(page)
    assert len(good) == 1
    check = somebody.post(FIND, typed(page), 200)
    assert digests(check) == good


def test_a_form_with_other_mistakes_keeps_its_files(clerk, fresh) -> None:
    """Nobody chooses a photo twice because a date was wrong; nor after the way back from the page to check."""
    somebody = clerk("fushou.manager")
    form = somebody.get(FIND)
    said = {**typed(form), **SAID, "facility": fresh.streams["fushou"], "occurred_on.m": "13"}
    wrong = sent(somebody, FIND, said, (photo(), "1.jpg"), status=422)
    chosen = digests(wrong)
    assert len(chosen) == 1

    check = somebody.post(FIND, {**typed(wrong), "occurred_on.m": "11"}, 200)
    back = somebody.post(FIND, {**check.values(), "step": "edit"}, 200)
    assert typed(back)[f"photos.{chosen[0]}"] == "1"
    untick = {key: said for key, said in typed(back).items() if not key.startswith("photos.")}
    assert digests(somebody.post(FIND, untick, 200)) == []


def test_at_most_six_files_are_taken(clerk, fresh) -> None:
    """The seventh is named and not taken; the six stay."""
    somebody = clerk("fushou.manager")
    form = somebody.get(FIND)
    chosen = [(photo(20 + 2 * n), f"{n}.jpg") for n in range(7)]
    said = {**typed(form), **SAID, "facility": fresh.streams["fushou"]}
    page = sent(somebody, FIND, said, *chosen, status=422)

    assert "“6.jpg”没有收：最多 6 个文件" in page.text
    assert len(digests(page)) == 6


def test_nobody_outside_opens_a_file(clerk, fresh) -> None:
    """Before recording only who sent it; afterwards whoever reads names and may see the entry; 404 for no file."""
    somebody = clerk("fushou.manager")
    check = found(somebody, fresh, (photo(), "1.jpg"))
    (digest,) = digests(check)
    paths = (f"/evidence/{digest}", f"/evidence/{digest}/thumbnail")
    others = {
        login: clerk(login)
        for login in ("nyingchi.inspector", "bomi.regulator", "zhamu.manager", "auditor", "nyingchi.finance", "admin")
    }
    for path in paths:
        somebody.get(path)
        for other in others.values():
            other.get(path, 403)
    position, _ = recorded(somebody, check)

    for path in paths:
        others["nyingchi.inspector"].get(path)
        for login in ("bomi.regulator", "zhamu.manager", "auditor", "nyingchi.finance", "admin"):
            others[login].get(path, 403)
    assert "按职务不显示" in others["auditor"].get(f"/events/{position}").text
    assert clerk().client.get(paths[0]).status_code == 303
    for nothing in ("0" * 64, "../../etc/passwd", digest.upper(), digest[:-1]):
        somebody.client.get(f"/evidence/{nothing}")
        somebody.get(f"/evidence/{nothing}", 404)


def test_naming_the_file_of_somebody_else_opens_nothing(clerk, fresh) -> None:
    """A digest that was read somewhere is not taken into an entry of one's own: it would open the file."""
    check = found(clerk("fushou.manager"), fresh, (photo(), "1.jpg"))
    (digest,) = digests(check)
    thief = clerk("zhamu.manager")
    said = {**typed(thief.get(FIND)), **SAID, "facility": fresh.streams["zhamu"], f"photos.{digest}": "1"}
    for path in (FIND, f"{FIND}/record"):
        page = thief.post(path, said, 422)
        assert "有一个文件已不在" in page.text
    thief.get(f"/evidence/{digest}", 403)
    assert fresh.services.log.mentions(digest) == []


def test_an_answer_carries_no_file_of_somebody_else(busy_clerk, busy_fresh) -> None:
    """What stands with an answer goes on to the hazard that follows, so it is asked of whom it is too."""
    services = busy_fresh.services
    stranger, own = (
        services.evidence.take(photo(width), login)
        for width, login in ((50, "zhamu.manager"), (60, "nyingchi.inspector"))
    )
    somebody, path = busy_clerk("nyingchi.inspector"), "/enter/inspection.answer"
    form = somebody.get(f"{path}?inspection={busy_fresh.streams['second visit']}")
    said = {
        **typed(form),
        **TODAY,
        "answers.C02.result": "fail",
        "answers.C02.photos": f"{stranger.digest} {own.digest}",
    }
    check = somebody.post(path, said, 200)

    assert check.values()["answers.C02.photos"] == own.digest


def test_a_correction_keeps_or_takes_out_files(clerk, fresh) -> None:
    """The form of the entry has its files ticked; unticked and added ones are told before recording."""
    somebody = clerk("fushou.manager")
    position, stream = recorded(somebody, found(somebody, fresh, (photo(), "1.jpg"), (PDF, "2.pdf")))
    path = f"/events/{position}/correct"
    form = somebody.get(path)
    old = digests(form)
    said = {key: text for key, text in typed(form).items() if key != f"photos.{old[0]}"}
    check = sent(somebody, path, {**said, "correction_reason": "放错照片"}, (photo(90, 70), "3.jpg"))
    assert "2 个文件（新加 1 个，去掉 1 个）" in check.text
    somebody.post(f"{path}/record", check.values(), 303)

    events = fresh.services.log.stream(stream)
    assert set(events[0].photos) == set(old)
    assert old[1] in events[-1].photos
    assert old[0] not in events[-1].photos
    for digest in {*old, *events[-1].photos}:
        somebody.get(f"/evidence/{digest}")
    assert set(digests(somebody.get(f"/hazards/{stream}"))) == set(events[-1].photos)


def test_an_entry_whose_file_is_not_here_says_so_and_can_be_corrected(clerk, fresh) -> None:
    """A digest may come from a line of `submit`, or the file was destroyed by law: the page tells it plainly."""
    stream = fresh.record(
        "old",
        "hazard.find",
        "2026-11-02",
        facility=fresh.streams["fushou"],
        grade="general",
        subject="杂物",
        photos=["a" * 64],
    )
    position = fresh.services.log.stream(stream)[0].envelope.position
    somebody = clerk("nyingchi.inspector")
    assert "本系统没有保存这个文件" in somebody.get(f"/events/{position}").text
    form = somebody.get(f"/events/{position}/correct")
    said = {**typed(form), "subject": "楼道杂物", "correction_reason": "写明地点"}
    check = somebody.post(f"/events/{position}/correct", said, 200)
    somebody.post(f"/events/{position}/correct/record", check.values(), 303)

    assert fresh.services.log.stream(stream)[-1].photos == ("a" * 64,)


def test_only_forms_that_take_files_take_much(clerk, fresh) -> None:
    """Two megabytes are too many for the form of a discharge and for signing in, and no matter for one with photos."""
    somebody = clerk("fushou.manager")
    big = PDF[:9] + b" " * (2 * FORM_BYTES_MAX) + PDF[9:]
    form = somebody.get("/enter/stay.discharge")
    for path in ("/enter/stay.discharge", "/password", f"{FIND}/record"):
        sent(somebody, path, typed(form), (big, "2.pdf"), status=413)
    sent(clerk(), "/sign-in", {"login": "auditor", "password": PASSWORD}, (big, "2.pdf"), status=413)
    found(somebody, fresh, (big, "2.pdf"))
    assert FILES_BYTES_MAX >= 6 * 10 * 1024 * 1024


def test_a_form_with_files_needs_its_token_too(clerk, fresh) -> None:
    """A form from elsewhere keeps nothing."""
    somebody = clerk("fushou.manager")
    page = sent(somebody, FIND, {**SAID, "facility": fresh.streams["fushou"]}, (PDF, "1.pdf"), status=400)

    assert "页面已过期" in page.heading
    assert fresh.services.evidence.about([hashlib.sha256(PDF).hexdigest()]) == {}


def test_files_come_with_what_happened_to_people_and_homes() -> None:
    """The commands that take photos and scans, all of them optional."""
    taking = {
        name: [key for key, (_, spec, required) in command.fields.items() if spec.evidence and not required]
        for name, command in commands().items()
        if command.takes_files
    }

    assert taking == {"stay.admit": ["scans"]} | {
        name: ["photos"]
        for name in (
            "hazard.find",
            "hazard.rectify",
            "inspection.answer",
            "incident.record",
            "rescue.receive",
            "complaint.receive",
        )
    }
