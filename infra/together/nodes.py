"""Nodes beside each other: each with a directory, a name and programs of its own, as they would run on machines of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra.bootstrap import Services, bootstrap
from infra.settings import PREFIX, Settings, without_settings

PAGES = "serve --pages-only"
PROGRAMS = (PAGES, "run-projections", "relay", "intake")
"""What a node runs."""
STOPPED_S = 20.0


@dataclass(frozen=True)
class Rank:
    """A node of the federation: its name, its region, and who stands above it."""

    node: str
    region: str
    zh: str
    en: str
    above: tuple[str, ...] = ()


RANKS = (
    Rank("bayi", "540402", "巴宜区", "Bayi district", ("linzhi", "xizang")),
    Rank("bomi", "540424", "波密县", "Bomi county", ("linzhi", "xizang")),
    Rank("linzhi", "540400", "林芝市", "Linzhi city", ("xizang",)),
    Rank("xizang", "540000", "西藏自治区", "Xizang"),
)
COUNTIES, CITY, PROVINCE = ("bayi", "bomi"), "linzhi", "xizang"


@dataclass
class Node:
    """One node: where its data lie, its settings, and the programs that run for it."""

    rank: Rank
    folder: Path
    broker: Sequence[str]
    heads_every_s: int = 2
    port: int | None = None
    """Where its pages are, if they are served."""
    database: str | None = None
    """The PostgreSQL database that holds its log, views and vault; without one they are files in the folder."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """What its programs are told."""
        around, access = self.folder / "federation.toml", self.folder / "kafka.toml"
        return Settings(
            data=self.folder / "data",
            database_url=self.database,
            node=self.rank.node,
            region=self.rank.region,
            kafka=",".join(self.broker),
            kafka_partitions=3,
            kafka_options=access if access.exists() else None,
            federation=around if around.exists() else None,
            heads_every_s=self.heads_every_s,
            processes=1,
            **({"port": self.port} if self.port else {}),
        )

    @property
    def url(self) -> str | None:
        """The address of its pages."""
        return f"http://{self.settings.host}:{self.port}" if self.port else None

    def opened(self) -> Services:
        """The product over its data, as one more of its processes."""
        return bootstrap(self.settings)

    def start(self, program: str) -> None:
        """Start one of its programs, with its options; what it says is added to a file beside the data."""
        told = {
            f"{PREFIX}{name.upper()}": str(value) for name, value in vars(self.settings).items() if value is not None
        }
        with (self.folder / f"{program.partition(' ')[0]}.txt").open("ab") as output:
            self.running[program] = subprocess.Popen(
                [sys.executable, "-m", "infra.cli", *program.split()],
                env={**without_settings(), **told},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # killed as a whole: the processes that answer pages end with the one that started them
            )

    def kill(self, program: str) -> None:
        """End a program, with every process that it started, as a power failure would."""
        process = self.running.pop(program)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End all of its programs in order."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(STOPPED_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running.clear()

    def said(self, program: str) -> str:
        """What a program said so far."""
        file = self.folder / f"{program}.txt"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


@contextmanager
def federated(
    folder: Path,
    broker: Sequence[str],
    ranks: Sequence[Rank] = RANKS,
    ports: Mapping[str, int] | None = None,
    databases: Mapping[str, str] | None = None,
) -> Iterator[dict[str, Node]]:
    """Nodes that know each other's keys and count people under one key; their programs end with the block.

    By the name of the node: `ports` are those of their pages, which those above know; `databases` the URLs of their databases.
    """
    ports, databases = ports or {}, databases or {}
    nodes = {
        rank.node: Node(rank, folder / rank.node, broker, port=ports.get(rank.node), database=databases.get(rank.node))
        for rank in ranks
    }
    keys = {name: _identity(node) for name, node in nodes.items()}
    province = keys[ranks[-1].node][2]
    for name, node in nodes.items():
        with _closing(node) as services:
            services.vault.join(province)
        (node.folder / "federation.toml").write_text(_around(name, nodes, keys), encoding="utf-8")
    try:
        yield nodes
    finally:
        for node in nodes.values():
            node.stop()


def _identity(node: Node) -> tuple[str, str, bytes]:
    """(public key, witness key, key of pseudonyms), drawn where there are none yet."""
    node.folder.mkdir(parents=True, exist_ok=True)
    with _closing(node) as services:
        key = services.vault.province_key() if not node.rank.above else b""
        return services.keys.log.verifier_key, services.keys.witness.verifier_key, key


@contextmanager
def _closing(node: Node) -> Iterator[Services]:
    services = node.opened()
    try:
        yield services
    finally:
        services.close()


def _around(name: str, nodes: Mapping[str, Node], keys: Mapping[str, tuple[str, str, bytes]]) -> str:
    """The file that says who stands around a node."""
    lines = []
    for node in nodes.values():
        rank = node.rank
        if name in rank.above:
            lines += [
                "[[subordinates]]",
                f'node = "{rank.node}"',
                f'region = "{rank.region}"',
                f'key = "{keys[rank.node][0]}"',
                *([f'url = "{node.url}"'] if node.url else []),
            ]
        if rank.node == name:
            for above in rank.above:
                lines += ["[[superiors]]", f'node = "{above}"', f'witness = "{keys[above][1]}"']
    return "\n".join(lines) + "\n"


def until(true: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(pause)
    return False
