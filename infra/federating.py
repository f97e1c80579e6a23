"""What the command line does about other nodes: who this one is, what of them was stopped or refused, how people are counted."""

from __future__ import annotations

import argparse
import sys
from hashlib import sha256

from adapters.vault import KEY_BYTES
from domain.catalogue import commands
from domain.model import CHINA
from infra.answers import Bar, half, print_json, print_table, say
from infra.asking import existing
from infra.bootstrap import Services, bootstrap
from infra.recounting import counted_otherwise, recount, registered
from infra.settings import Settings, speaks_english


def identity(settings: Settings, options: argparse.Namespace) -> int:
    """Print the name of this node and its public keys, as its superiors and subordinates are to know them."""
    services = bootstrap(settings)
    services.log.head()  # another node's log is refused: its keys stand under its own name only
    said = {
        "node": settings.node,
        **({"region": settings.region} if settings.region else {}),
        "key": services.keys.log.verifier_key,
        "witness": services.keys.witness.verifier_key,
    }
    if options.format == "json":
        print_json(said)
    else:
        for name, value in said.items():
            print(f'{name} = "{value}"')
    return 0


def readmit(settings: Settings, options: argparse.Namespace) -> int:
    """Take a subordinate node in again that was stopped, once people have decided which history holds."""
    node = options.node
    known = bootstrap(settings).known_nodes
    if node not in known.states():
        say(f"没有接收过节点 {node}，请核对名称", f"nothing of a node {node} was ever taken in: check the name")
        return 1
    if not known.readmit(node):
        say(f"{node} 没有被停止接收，无需恢复", f"{node} is not stopped: there is nothing to do")
        return 1
    say(
        f"已恢复接收 {node}，从已接收的记录之后继续；两份证据仍保存。如果历史仍不一致，会再次停止。",
        f"{node} is taken in again, behind what came before; both sides stay kept. A history that still differs stops it again.",
    )
    return 0


def letters(settings: Settings, options: argparse.Namespace) -> int:
    """Show what other nodes asked for and could not be recorded, or settle one of them; 1 where there is none to settle."""
    services = bootstrap(settings)
    if options.settle:
        if not services.refused_letters.settle(options.settle, services.clock.now()):
            say(
                f"没有编号为 {options.settle} 的未入账函件；不带 --settle 可列出",
                f"there is no letter {options.settle} that was refused; without --settle they are listed",
            )
            return 1
        say(f"函件 {options.settle} 已消去，不再重试", f"letter {options.settle} is settled: it is not tried again")
        return 0
    found = services.refused_letters.open()
    if options.format == "json":
        shown = ("id", "command", "actor", "passed_on_by")
        print_json(
            [
                {**{name: getattr(one, name) for name in shown}, "at": one.at.isoformat()}
                | {"reason_zh": one.why.zh, "reason_en": one.why.en}
                for one in found
            ]
        )
    elif not found:
        say("没有待处理的未入账函件", "no refused letter waits")
    else:
        head = ("收到 / received", "来自 / from", "办理事项 / asks for", "原因 / reason", "编号 / number")
        english = speaks_english()
        print_table(
            [half(one) for one in head],
            (
                (
                    f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
                    one.actor,
                    commands()[one.command].en if english else commands()[one.command].zh,
                    one.why.en if english else one.why.zh,
                    one.id,
                )
                for one in found
            ),
        )
    return 0


def province_key(settings: Settings, options: argparse.Namespace) -> int:
    """Print the key under which people are counted in the whole province, or take it from standard input."""
    if not options.stdin:
        if options.recount:
            say("--recount 要与 --stdin 一起用", "--recount goes with --stdin")
            return 2
        here = existing(settings)
        here.log.head()
        key = here.vault.province_key()
        print(key.hex())
        _told(key)
        return 0
    services = bootstrap(settings)
    services.log.head()  # another node's log is refused before anything is changed
    try:
        key = bytes.fromhex(sys.stdin.readline().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        say(
            f"省级密钥应为 {2 * KEY_BYTES} 位十六进制数字",
            f"the key of the province has {2 * KEY_BYTES} hexadecimal digits",
        )
        return 2
    if not services.vault.join(key, anew=options.recount or not registered(services)):
        say(
            "本节点已用另一把密钥登记过人员。加 --recount 换用省级密钥：每人记一条“换用全省代称”，以前的记录不动",
            "this node has registered people under another key; with --recount it takes this one: an entry for each person"
            " says so, and nothing recorded before changes",
        )
        return 1
    say("已设置省级密钥", "the key of the province is set")
    _told(key)
    return _recounted(services) if options.recount else _left(services)


def _told(key: bytes) -> None:
    """What the key is known by, so that a mistyped one is noticed: it tells nothing of the key."""
    fingerprint = sha256(b"shouwang province key\n" + key).hexdigest()[:8]
    say(f"密钥指纹 {fingerprint}，请与省级节点核对", f"fingerprint {fingerprint}: compare it with that of the province")


def _left(services: Services) -> int:
    """Whether everybody is counted under the key; 1 where a recount was broken off."""
    left = counted_otherwise(services)
    if left:
        say(
            f"还有 {left} 人按另一把密钥计数，请加 --recount 再执行一次",
            f"{left} persons are still counted under another key: give it again with --recount",
        )
    return 1 if left else 0


def _recounted(services: Services) -> int:
    bar = Bar("换用全省代称", "counting anew", f" {half('人 / persons')}")
    found = recount(services, lambda looked_at: bar(looked_at, looked_at))
    bar.close()
    if found.anew:
        say(f"已换用全省代称：{found.anew} 人", f"counted under the province's key: {found.anew} persons")
    else:
        say("没有需要换用全省代称的人", "nobody is left to be counted anew")
    if found.kept:
        say(
            f"{found.kept} 人的密钥已依法销毁，保留原代称",
            f"{found.kept} persons keep their pseudonym: their keys were destroyed by law",
        )
    return 0
