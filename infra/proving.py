"""What the command line does about the log's integrity: verify it, prove one entry, check a proof that somebody else gave."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from adapters.proof_check import Checked, check
from domain.log import LogUnavailable
from domain.model import CHINA
from infra.answers import Bar, half, pick, print_json, say
from infra.asking import existing
from infra.settings import Settings


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """Check the log: digests, positions, versions, the tree, signed heads and their signatures."""
    services = existing(settings)
    bar = Bar("核验", "verifying", f" {half('条 / events')}")
    try:
        verdict = services.heads.verify(bar, deep=options.deep, key=options.key)
    except ValueError:
        return _no_key()
    bar.close()
    with suppress(LogUnavailable):  # whoever may only read may verify all the same
        services.standing.keep(verdict)
    data = asdict(verdict)
    signed_at = verdict.signed_at and verdict.signed_at.isoformat()
    answer = {
        "ok": verdict.ok,
        "events": verdict.events,
        "head": {"size": data.pop("size"), "root": data.pop("root"), "signed_at": signed_at},
        **{k: data[k] for k in ("first_bad_position", "kind", "message_zh", "message_en")},
    }
    if options.format == "json":
        print_json(answer)
    else:
        found = pick(answer, "message") or half("通过 / ok" if verdict.ok else "不通过 / not ok")
        root = f"{verdict.root[:16]}…"
        print(found + half(f"（根摘要 {root}） /  (root {root})"))
        if verdict.ok and verdict.signed_at:
            at = f"{verdict.signed_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
            print(half(f"签名树头相符，最近签于 {at} / Signed heads agree; the newest was signed at {at}"))
        elif verdict.ok:
            print(half("没有可核对的签名树头 / There is no signed head to compare with"))
    return 0 if verdict.ok else 1


def _no_key() -> int:
    say(
        "--key 不是公钥：形如 名称+八位十六进制+base64，见“签名树头”页或 shouwang proof",
        "--key is no public key: it looks like name+8 hex digits+base64; see the page of signed heads, or `shouwang proof`",
    )
    return 2


def proof(settings: Settings, options: argparse.Namespace) -> int:
    """Print the proof that an entry stands in the log below the newest signed head, which is signed first if need be."""
    services = existing(settings)
    head = services.log.head().position
    if not 1 <= options.position <= head:
        raise LogUnavailable(
            f"账本没有第 {options.position} 号记录，最后一条是第 {head} 号",
            f"the log has no event {options.position}; the last one is {head}",
        )
    if services.heads.newest(options.position) is None:
        services.heads.sign()
    found = services.heads.proof(options.position)
    assert found is not None
    document = {"key": services.heads.verifier_key, **found.as_data()}
    if options.output:
        Path(options.output).write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if options.format == "json":
        print_json(document)
    elif not options.output:
        _told(check(document, document["key"]), document)
    return 0


def check_proof(_settings: Settings, options: argparse.Namespace) -> int:
    """Check a proof without the log that it is from."""
    try:
        document = json.loads(Path(options.file).read_text(encoding="utf-8"))
    except ValueError:
        document = None
    try:
        checked = check(document, options.key)
    except ValueError:
        return _no_key()
    if options.format == "json":
        print_json(asdict(checked))
    else:
        _told(checked, document)
    return 0 if checked.ok else 1


def _told(checked: Checked, document: Any) -> None:
    print(half(f"{checked.zh} / {checked.en}"))
    if checked.ok:
        for zh, en, value in (
            ("账本位置", "log position", document["position"]),
            ("指纹", "leaf", document["leaf"]),
            ("树的大小", "size of the tree", document["head"]["size"]),
            ("树根", "root", document["head"]["root"]),
            ("签于", "signed at", document["head"]["signed_at"]),
            ("公钥", "public key", document["key"]),
        ):
            print(f"  {half(f'{zh} / {en}')}: {value}")
