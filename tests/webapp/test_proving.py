"""Signed heads and proofs: what is shown is what was recorded, and what is taken away can be checked by others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.heads import Rewritten
from adapters.node_keys import key_name
from adapters.notes import Note, Signer
from adapters.proof_check import check
from domain.desk import Submission
from tests.webapp.browsing import FITS, barriers, looked_over
from tests.webapp.program import Program, program
from tests.webapp.reader import CHINESE, Reader
from tests.webapp.scene import Scene, made
from tests.webapp.serving import serving
from webapp import proving
from webapp.app import create_app
from webapp.readable import moment

REGULATOR, OUTSIDE = "nyingchi.regulator", "zhamu.manager"
KEY = re.compile(r'id="key">([^<]+)<')


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A town with a signed head, and one entry that came after it."""
    scene = made(tmp_path_factory.mktemp("signed"))
    scene.services.heads.sign()
    called(scene, "late")
    return scene


@pytest.fixture(scope="module")
def opens(signed: Scene) -> Callable[[str], Reader]:
    """Somebody who reads there."""
    app = create_app(signed.services)
    return lambda login: Reader(app.test_client(), login)


def called(scene: Scene, command_id: str) -> int:
    """Record one more entry; its position."""
    said = {"type": "hotline", "quantities": {"consultations": 5}, "region": "540402"}
    done = scene.services.desk.submit(Submission("activity.log", command_id, said, occurred_on=date(2026, 11, 1)))
    return done.positions[-1]


def place(scene: Scene, name: str = "zhang stay") -> int:
    """The position of the first event of something in the town."""
    return scene.services.log.stream(scene.streams[name])[0].envelope.position


def taken(somebody: Reader, position: int) -> dict[str, Any]:
    """The proof as the page gives it away."""
    answer = somebody.client.get(f"/proofs/{position}.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    name = f'attachment; filename="shouwang-proof-{position}.json"'
    assert answer.headers["Content-Disposition"] == name
    return json.loads(answer.get_data())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_heads_shows_what_was_signed(opens, signed: Scene, lang: str) -> None:
    """Node, key, and of the head its size, fingerprint and moment; in English without a Chinese word."""
    page, head = opens(REGULATOR).get(f"/heads?lang={lang}"), signed.services.heads.newest()

    assert head.size == signed.services.log.head().position - 1
    for said in (signed.services.heads.verifier_key, f"{head.size:,}", head.root.hex()):
        assert said in page.text
    assert moment(head.signed_at, lang == "zh") in " ".join(page.text.split())
    assert ("暂无" if lang == "zh" else "Nobody yet") in page.text
    assert lang == "zh" or not CHINESE.search(page.foreign.replace("林芝市", ""))
    assert "/heads" in opens(OUTSIDE).get("/").links


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_proof_shows_what_was_recorded(opens, signed: Scene, lang: str) -> None:
    """Position, recording time, leaf, steps, and the signed head; and it leads to the entry and back."""
    position, head = place(signed), signed.services.heads.newest()
    page, proof = opens(REGULATOR).get(f"/proofs/{position}?lang={lang}"), signed.services.heads.proof(position)
    (event,) = signed.services.log.at([position])

    assert str(position) in page.heading
    assert moment(event.envelope.recorded_at, lang == "zh") in page.text
    assert ("核对一致" if lang == "zh" else "Verified") in page.text
    for said in (proof.leaf.hex(), head.root.hex(), f"{head.size:,}", moment(head.signed_at, lang == "zh")):
        assert said in page.text
    assert (f"逐级核对{len(proof.path)} 级" if lang == "zh" else f"Steps up to it{len(proof.path)}") in page.text
    assert {f"/events/{position}", f"/proofs/{position}.json", "/heads"} <= set(page.links)
    assert f"/proofs/{position}" in opens(REGULATOR).get(f"/events/{position}").links
    assert lang == "zh" or not CHINESE.search(page.foreign.replace("林芝市", ""))


@pytest.mark.parametrize("login", [REGULATOR, OUTSIDE, "auditor"])
def test_what_is_taken_away_checks_with_the_key_that_is_shown(opens, signed: Scene, login: str) -> None:
    """By the checker that knows neither log nor server; the page and the program get the same document."""
    somebody, position = opens(login), place(signed)
    key = KEY.search(somebody.get("/heads").html)[1].replace("&#43;", "+")
    document = taken(somebody, position)

    assert key == signed.services.heads.verifier_key
    assert check(document, key).ok
    assert document == program(signed, login).get(f"/proofs/{position}")


def test_what_was_altered_does_not_check(opens, signed: Scene) -> None:
    """The control: every part of the document matters, and so does the key."""
    document, key = taken(opens(REGULATOR), place(signed)), signed.services.heads.verifier_key

    def altered(change: Callable[[Any], Any]) -> bool:
        other = deepcopy(document)
        change(other)
        return check(other, key).ok

    assert altered(lambda said: None)
    for name in ("public", "recorded_at", "position"):
        was = document[name]
        assert not altered(lambda said, n=name, w=was: said.update({n: w + ("x" if isinstance(w, str) else 1)}))
    for name in ("public_sha256", "sealed_sha256", "leaf"):
        assert not altered(lambda said, n=name: said.update({n: "00" * 32}))
    assert not altered(lambda said: said["path"].reverse())
    assert not altered(lambda said: said["head"].update(size=said["head"]["size"] - 1))
    assert not altered(lambda said: said["head"].update(root="00" * 32))


def test_whoever_may_not_see_an_entry_gets_its_proof_without_the_text(opens, signed: Scene) -> None:
    """Page, file and program alike; the account of the facility itself gets it with the text."""
    position, outside = place(signed), opens(OUTSIDE)
    outside.get(f"/events/{position}", 403)
    page = outside.get(f"/proofs/{position}")

    assert taken(outside, position)["public"] is None
    assert program(signed, OUTSIDE).get(f"/proofs/{position}")["public"] is None
    assert f"/events/{position}" not in page.links
    assert "不在您的范围内" in page.text
    assert "福寿敬老院" not in page.text
    seen = taken(opens("fushou.manager"), position)
    assert "stay.admitted" in seen["public"]
    assert "张建国" not in seen["public"]


def test_an_entry_that_came_after_the_head_is_told_to_wait(opens, signed: Scene) -> None:
    """A page and not an error; the file leads to it; a program is told when to ask again."""
    position, somebody = signed.services.log.head().position, opens(REGULATOR)
    page = somebody.get(f"/proofs/{position}")
    told = program(signed, REGULATOR).send("GET", f"/proofs/{position}")

    assert "一分钟后" in page.text
    assert "核对一致" not in page.text
    assert "in a minute" in somebody.get(f"/proofs/{position}?lang=en").text
    assert somebody.get(f"/proofs/{position}.json", 303).location == f"/proofs/{position}"
    assert (told.status_code, told.headers["Retry-After"]) == (503, "60")
    assert told.get_json(force=True)["type"] == "/api#problem-unsigned"
    assert "every minute" in told.get_json(force=True)["detail_en"]


@pytest.mark.parametrize("wrong", ["0", "-1", "abc", "1.5", "999999999", "9" * 40, "%00"])
def test_what_is_no_position_is_told_clearly(opens, signed: Scene, wrong: str) -> None:
    """No page and no traceback; a program is told what there is, or what a position looks like."""
    somebody = opens(REGULATOR)
    for path in (f"/proofs/{wrong}", f"/proofs/{wrong}.json"):
        assert "没有这个页面" in somebody.get(path, 404).text
    told = program(signed, REGULATOR).send("GET", f"/proofs/{wrong}")
    said = told.get_json(force=True)

    if wrong in ("0", "999999999"):
        assert told.status_code == 404
        assert f"最后一条是第 {signed.services.log.head().position} 号" in said["detail_zh"]
    else:
        assert (told.status_code, said["rule"], said["field"]) == (400, "field.invalid", "position")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_the_first_head_the_pages_say_so(reader, town: Scene, lang: str) -> None:
    """The key is there already; nothing is proven."""
    somebody = reader(REGULATOR)
    page = somebody.get(f"/heads?lang={lang}")

    assert town.services.heads.verifier_key in page.text
    assert ("还没有签名树头" if lang == "zh" else "No head has been signed yet") in page.text
    assert ("一分钟后" if lang == "zh" else "in a minute") in somebody.get(f"/proofs/1?lang={lang}").text
    assert program(town, REGULATOR).get("/heads")["heads"] == []


def test_a_witness_is_named_with_its_moment(fresh: Scene, clerk) -> None:
    """On the page of heads and on that of a proof, as the node is called; programs read the name of its key."""
    heads = fresh.services.heads
    head, witness = heads.sign(), Signer(f"{key_name('林芝市')}/witness", bytes(32))
    line = witness.cosign(Note.parse(head.note).body, 1795142100)
    with heads.log.reading() as recorder:
        recorder.write([("cosignatures", (head.size, witness.name, 1795142100 * 10**6, line))])

    for path in ("/heads", "/proofs/3"):
        assert "林芝市 2026年11月20日 10:35" in " ".join(clerk(REGULATOR).get(path).text.split())
    (told,) = program(fresh, REGULATOR).get("/heads")["heads"]
    assert told["witnesses"] == [{"name": witness.name, "at": "2026-11-20T02:35:00+00:00"}]
    assert check(taken(clerk(REGULATOR), 3), heads.verifier_key).ok


def test_a_log_that_was_rewritten_is_told_and_proves_nothing(signed: Scene) -> None:
    """Page, file and program say what to do, and give nothing away."""

    class Broken:
        verifier_key = signed.services.heads.verifier_key

        def proof(self, position: int) -> None:
            raise Rewritten(position)

    app = create_app(replace(signed.services, heads=Broken()))
    somebody = Reader(app.test_client(), REGULATOR)
    assert "历史曾被改动" in somebody.get("/proofs/3", 503).text
    assert "历史曾被改动" in somebody.get("/proofs/3.json", 503).text
    assert "历史曾被改动" in program(signed, REGULATOR, app=app).get("/proofs/3", 503)["detail_zh"]


@pytest.fixture
def long(fresh: Scene) -> list[int]:
    """Sizes of nine signed heads, some far from each other."""
    sizes = []
    for number in range(9):
        for more in range(7 if number in (3, 8) else 1):
            called(fresh, f"{number} {more}")
        sizes.append(fresh.services.heads.sign().size)
    return sizes


def test_every_head_is_on_one_of_the_pages(fresh: Scene, clerk, long: list[int], monkeypatch) -> None:
    """The newest first, each once, whatever lies between them; the last page leads no further."""
    monkeypatch.setattr(proving, "ROWS", 4)
    somebody, path, found, pages = clerk(REGULATOR), "/heads", [], 0
    while path:
        page = somebody.get(path)
        found += [int(one) for one in re.findall(r"第 1 至 (\d+) 条", page.text)]
        path = next((link for link in page.links if re.fullmatch(r"/heads\?before=\d+", link)), "")
        pages += 1

    assert found == long[::-1]
    assert pages == 3
    assert "没有更早的" in somebody.get("/heads?before=2").text
    for wrong in ("x", "-1", "0", "9" * 30):
        assert f"第 1 至 {long[-1]} 条" in somebody.get(f"/heads?before={wrong}").text


def read(asks: Program) -> Iterator[dict[str, Any]]:
    """Every signed head that a program reads, in parts of two."""
    after = 0
    while (answer := asks.get("/heads", after=after, limit=2))["heads"]:
        assert answer["next"] == f"/api/v1/heads?limit=2&after={answer['after']}"
        yield from answer["heads"]
        after = answer["after"]


def test_a_program_reads_the_heads_in_parts(fresh: Scene, long: list[int]) -> None:
    """The smallest first, as they were signed, with node and key."""
    asks = program(fresh, OUTSIDE)
    whole = asks.get("/heads")

    assert [head["size"] for head in whole["heads"]] == long
    assert list(read(asks)) == whole["heads"] == [one.as_data() for one in fresh.services.heads.page()]
    assert (whole["node"], whole["key"], whole["after"]) == ("test", fresh.services.heads.verifier_key, long[-1])
    assert asks.get("/heads", 400, after="x")["field"] == "after"


@pytest.fixture(scope="module")
def site(signed: Scene) -> Iterator[str]:
    """The web over the town."""
    yield from serving(signed)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_have_no_barriers_and_fit_a_phone(chromium, site: str, signed: Scene, lang: str) -> None:
    """Heads, a proof, and an entry that is not signed yet."""
    context = looked_over(chromium, site, "phone")
    cookies = {"shouwang_lang": lang, "shouwang_session": signed.services.sessions.open(REGULATOR)}
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    window = context.new_page()
    for path in ("/heads", f"/proofs/{place(signed)}", f"/proofs/{signed.services.log.head().position}"):
        window.goto(path)
        assert window.evaluate(FITS), path
        assert barriers(window) == [], path
    context.close()
