"""`make demo-federation`: two counties, a city and a province with a real Kafka; load, kills, and the proof that all agree."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from infra.answers import half, print_table, say
from infra.bootstrap import Services
from infra.kafka.broker import BrokerUnavailable, Cluster
from infra.together.agreement import caught_up, delivered, figures, proofs, transfers, union, witnessed
from infra.together.load import Cards, Load
from infra.together.nodes import CITY, COUNTIES, PROGRAMS, PROVINCE, RANKS, Node, federated, until
from infra.together.pages import Clerk, PortTaken, answer, looked_around, ports

AS_OF = date(2025, 12, 31)
SAMPLE = 200
STARTED_S, DRAINED_S = 120.0, 120.0


def asked(argv: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m infra.together", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long entries are recorded (60)")
    parser.add_argument("--rate", type=float, default=100.0, help="commands a second in each county (100)")
    parser.add_argument(
        "--directory", type=Path, help="where the nodes lie; kept afterwards (a temporary one, thrown away)"
    )
    parser.add_argument(
        "--pages",
        type=int,
        metavar="PORT",
        help="serve the pages of every node from this port on, and go on serving them until Ctrl-C",
    )
    parser.add_argument(
        "--province-database",
        metavar="URL",
        help="an empty PostgreSQL database in which the province's node lies (files, as the other nodes)",
    )
    return parser.parse_args(argv)


@contextmanager
def _place(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    made = Path(tempfile.mkdtemp(prefix="shouwang-together-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; 0 when everything agrees, 1 when something does not."""
    options = asked(argv)
    try:
        where = ports(RANKS, options.pages)
        with ExitStack() as held:
            folder = held.enter_context(_place(options.directory))
            say("启动消息总线（真的 Kafka）…", "starting the broker (a real Kafka) ...")
            broker = held.enter_context(Cluster(folder / "kafka"))
            above = {PROVINCE: options.province_database} if options.province_database else {}
            nodes = held.enter_context(federated(folder, broker.bootstrap, ports=where, databases=above))
            return _shown(nodes, options)
    except PortTaken as error:
        say(
            f"端口 {error.port} 不能用（可能上一次演示还在运行）。请结束它，或用 --pages 另选起始端口。",
            f"port {error.port} cannot be used (another demonstration may be running): end it, or begin at another with --pages",
        )
        return 1
    except BrokerUnavailable as error:
        say(f"没有可用的 Kafka：{error}", f"there is no Kafka: {error}")
        return 1


def _shown(nodes: dict[str, Node], options: argparse.Namespace) -> int:
    with ExitStack() as held:
        services = {name: held.enter_context(_opened(node)) for name, node in nodes.items()}
        cards: Cards = {}
        regions = [nodes[name].rank.region for name in COUNTIES]
        loads = [
            Load(services[name], own, seed, (other, cards))
            for seed, (name, own, other) in enumerate(zip(COUNTIES, regions, reversed(regions), strict=True))
        ]
        for load in loads:
            load.begin()
        for node in nodes.values():
            for program in PROGRAMS:
                node.start(program)
        until(lambda: all(answer(node) for node in nodes.values()), STARTED_S)
        clerks = [Clerk(node, services[name], records=name in COUNTIES) for name, node in nodes.items()]
        kills = _under_load(nodes, loads, clerks, options.rate, options.seconds)
        found = _judged(nodes, services, loads, clerks, kills)
        if options.pages:
            looked_around(nodes, services, {name: load.homes for name, load in zip(COUNTIES, loads, strict=True)})
        return found


@contextmanager
def _opened(node: Node) -> Iterator[Services]:
    services = node.opened()
    try:
        yield services
    finally:
        services.close()


def _under_load(
    nodes: dict[str, Node], loads: Sequence[Load], clerks: Sequence[Clerk], rate: float, seconds: float
) -> int:
    """Record for a while, and meanwhile end every program of every node once by SIGKILL; how many kills."""
    stopping = threading.Event()
    threads = [
        *(threading.Thread(target=load.run, args=(rate, stopping)) for load in loads),
        *(threading.Thread(target=clerk.run, args=(stopping,)) for clerk in clerks),
    ]
    for thread in threads:
        thread.start()
    victims = [(node, program) for node in nodes.values() for program in PROGRAMS]
    say(
        f"两个县各以每秒 {rate:g} 条入账 {seconds:g} 秒；期间 {len(victims)} 个进程各被强行终止一次",
        f"two counties record {rate:g} commands a second each for {seconds:g} s; meanwhile each of {len(victims)} processes is"
        " killed once",
    )
    begun = time.monotonic()
    for number, (node, program) in enumerate(victims):
        stopping.wait(max(0.0, begun + seconds * (number + 1) / (len(victims) + 1) - time.monotonic()))
        node.kill(program)
        name = program.partition(" ")[0]
        say(f"  终止 {node.rank.zh} 的 {name}，重新启动", f"  killed {name} of {node.rank.en}, started again")
        node.start(program)
    stopping.wait(max(0.0, begun + seconds - time.monotonic()))
    stopping.set()
    for thread in threads:
        thread.join()
    return len(victims)


def _judged(
    nodes: dict[str, Node], services: dict[str, Services], loads: Sequence[Load], clerks: Sequence[Clerk], kills: int
) -> int:
    """Wait until all have come, then compare; 0 when everything agrees."""
    counties, province = [services[name] for name in COUNTIES], services[PROVINCE]
    came = _come(services, counties, province)
    for one in counties:
        one.views.catch_up()
    compared = [
        one
        for county, name in zip(counties, COUNTIES, strict=True)
        for one in figures(county, province, _region(services, name), AS_OF)
    ]
    unequal = [one for one in compared if not one.equal]
    together = union(counties, province, "540000", AS_OF)
    proved = [proofs(county, province, SAMPLE) for county in counties]
    tried, wrong = sum(number for number, _ in proved), [one for _, wrong in proved for one in wrong]
    unproved = len(wrong)
    wrong += [one for clerk in clerks for one in clerk.wrong]
    at_pages, pages_agree = _at_pages(nodes, services, clerks)
    moved = transfers(counties)
    verdicts = {name: one.heads.verify() for name, one in services.items()}
    same = half("各县之和、不同的人、省 / sum of counties, different people, province")
    rows = [
        (half("入账命令 / commands recorded"), sum(load.count - load.refused for load in loads)),
        (half("强行终止 / kills"), kills),
        *at_pages,
        (half("账本记录 / events in the logs"), ", ".join(f"{name} {v.events}" for name, v in verdicts.items())),
        (half("账本核验 / logs verified"), f"{sum(v.ok for v in verdicts.values())} / {len(verdicts)}"),
        (half("县指标与省相同 / county figures equal above"), f"{len(compared) - len(unequal)} / {len(compared)}"),
        (half("其中非零 / of them not nought"), sum(one.there not in (None, "0") for one in compared)),
        *((f"{key}: {same}", f"{a}, {b}, {c}") for key, (a, b, c) in together.items()),
        (half("移交：提出、答复、交出、到达 / transfers: offered, answered, handed over, arrived"), moved.told),
        (half("移交两侧一致 / transfers that both sides tell alike"), f"{moved.alike} / {moved.offered}"),
        (half("存证成立 / proofs that hold"), f"{tried - unproved} / {tried}"),
    ]
    print_table((half("项目 / what"), half("结果 / result")), rows)
    for line in (*(f"{one.key} {one.county}: {one.there} != {one.here}" for one in unequal[:10]), *wrong[:10]):
        print(f"  {line}")
    agrees = came and not unequal and not wrong and tried > 0 and moved.alike == moved.offered
    agrees = (
        agrees and pages_agree and all(b == c for _, b, c in together.values()) and all(v.ok for v in verdicts.values())
    )
    say(
        "全部一致" if agrees else "有不一致，见上",
        "everything agrees" if agrees else "something does not agree, see above",
    )
    return 0 if agrees else 1


def _at_pages(
    nodes: dict[str, Node], services: dict[str, Services], clerks: Sequence[Clerk]
) -> tuple[list[tuple[str, str]], bool]:
    """What became of what people did at the pages: rows to show, and whether each entry is in the log once."""
    given = [(services[clerk.node.rank.node], said) for clerk in clerks if clerk.records for said in clerk.answered]
    once = sum(len(one.log.entry(said)) == 1 for one, said in given)
    asked = sum(len(clerk.answered) for clerk in clerks if not clerk.records)
    again = sum(clerk.again for clerk in clerks)
    up = sum(until(lambda node=node: answer(node), STARTED_S) for node in nodes.values())  # type: ignore[misc]
    return [
        (half("网页录入，账本中恰有一条 / entries at the pages, in the log once"), f"{once} / {len(given)}"),
        (half("上级网页答复 / questions answered by superiors"), str(asked)),
        (half("未获答复而重发 / sent again for want of an answer"), str(again)),
        (half("终止后恢复的网页 / pages that are up again"), f"{up} / {len(nodes)}"),
    ], bool(given) and once == len(given) and asked > 0 and up == len(nodes)


def _come(services: dict[str, Services], counties: Sequence[Services], province: Services) -> bool:
    """Wait until everything was taken in above and came back cosigned; whether it did in time."""
    begun = time.monotonic()
    superiors = [(services[CITY], counties), (province, [*counties, services[CITY]])]
    came = until(lambda: all(caught_up(*one) for one in superiors) and delivered(province, counties), DRAINED_S)
    came = came and until(lambda: witnessed(province, counties), DRAINED_S)
    took = time.monotonic() - begun
    say(
        f"停止入账后 {took:.1f} 秒全部到达并经见证" if came else "超时：尚未全部到达",
        f"all had come and was witnessed {took:.1f} s after the last entry" if came else "not all has come in time",
    )
    return came


def _region(services: dict[str, Services], name: str) -> str:
    around = services[PROVINCE].federation.subordinates
    return around[name].region


if __name__ == "__main__":
    sys.exit(main())
