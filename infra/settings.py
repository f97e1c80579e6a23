"""Settings: one frozen dataclass from the command line and the environment (prefix SHOUWANG_)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "SHOUWANG_"
LANGUAGES = ("zh", "en")
LOGS = ("text", "json")
CORES_USED_MAX = 4
"""So many processes answer pages where nobody says how many: one a core, but not more than this."""


class SettingsError(Exception):
    """A setting cannot be used; says which, zh and en."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Number:
    """What a setting that is a number may be, and how it is called."""

    zh: str
    en: str
    least: int
    most: int

    def read(self, name: str, text: str) -> int:
        """The number. Raises SettingsError that names the setting and the limits."""
        fits = text.isascii() and text.isdigit() and len(text) <= len(str(self.most))
        if not (fits and self.least <= int(text) <= self.most):
            setting = PREFIX + name.upper()
            raise SettingsError(
                f"{self.zh}应为 {self.least} 至 {self.most} 的数字（{setting}）",
                f"{self.en} must be a number from {self.least} to {self.most} ({setting})",
            )
        return int(text)


NUMBERS = {
    "port": Number("端口", "the port", 0, 65535),
    "processes": Number("网页进程数", "the number of web processes", 1, 64),
    "reads_kept_months": Number(
        "查阅记录保存的月数", "the months for which the ledger of reads is kept", 6, 600
    ),  # six: the law's minimum
    "kafka_partitions": Number("消息分区数", "the number of partitions", 1, 1000),
    "heads_every_s": Number("签署树头的间隔秒数", "the seconds between two signed heads", 1, 3600),
}


@dataclass(frozen=True)
class Settings:
    """Where the data lie and where the web listens. Either `data` or `database_url` is used."""

    data: Path = Path("var")
    database_url: str | None = None
    node: str = "shouwang"  # domain.streams.UNNAMED: nothing of the domain is imported before it is needed
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = min(os.cpu_count() or 1, CORES_USED_MAX)
    reads_kept_months: int = 36
    kafka: str | None = None
    """Addresses of brokers, `host:port` with commas between; without them nothing is published or taken in."""
    kafka_prefix: str = "shouwang."
    kafka_partitions: int = 6
    kafka_options: Path | None = None
    """A TOML file of settings that the client is given as they are: security_protocol, sasl_..., ssl_..."""
    federation: Path | None = None
    """A TOML file of the nodes below and above this one (`infra.federation`)."""
    region: str | None = None
    """The code of the region that the node stands for: a county, a city, a province."""
    heads_every_s: int = 60
    """Seconds between two signed heads of the log, while entries come."""

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **given: object) -> Settings:
        """From what was given, else the environment, else the defaults. Raises SettingsError."""
        environment = os.environ if environment is None else environment
        said = {
            name: environment[PREFIX + name.upper()]
            for name in cls.__dataclass_fields__
            if environment.get(PREFIX + name.upper())
        }
        said |= {name: value for name, value in given.items() if value is not None}
        language = environment.get(PREFIX + "LANG")
        if language and language not in LANGUAGES:
            both = f"SHOUWANG_LANG={language}: 应为 zh 或 en / must be zh or en"
            raise SettingsError(both, both)
        log = environment.get(PREFIX + "LOG")
        if log and log not in LOGS:
            both = f"SHOUWANG_LOG={log}: 应为 text 或 json / must be text or json"
            raise SettingsError(both, both)
        said |= {name: number.read(name, str(said[name])) for name, number in NUMBERS.items() if name in said}
        said |= {name: Path(str(said[name])) for name in ("data", "kafka_options", "federation") if name in said}
        _check_kafka(said)
        url = said.get("database_url")
        if url and not str(url).startswith(("postgresql://", "postgres://")):
            raise SettingsError(
                "数据库地址应以 postgresql:// 开头（SHOUWANG_DATABASE_URL）",
                "the database URL must begin with postgresql:// (SHOUWANG_DATABASE_URL)",
            )
        return cls(**said)  # type: ignore[arg-type]


ADDRESS, TOPIC_PREFIX = re.compile(r"[^\s:,/]+:[0-9]{1,5}"), re.compile(r"[a-zA-Z0-9._-]{0,100}")


def _check_kafka(said: Mapping[str, object]) -> None:
    """Raises SettingsError for addresses that are none, and names that no topic can have."""
    if "kafka" in said and not all(ADDRESS.fullmatch(one.strip()) for one in str(said["kafka"]).split(",")):
        raise SettingsError(
            "消息总线地址应写作 主机:端口，多个用逗号隔开（SHOUWANG_KAFKA）",
            "addresses of brokers are host:port, with commas between (SHOUWANG_KAFKA)",
        )
    if "kafka_prefix" in said and not TOPIC_PREFIX.fullmatch(str(said["kafka_prefix"])):
        raise SettingsError(
            "主题前缀只能有字母、数字、点、横线和下划线（SHOUWANG_KAFKA_PREFIX）",
            "the prefix of topics has letters, digits, dots, dashes and underscores only (SHOUWANG_KAFKA_PREFIX)",
        )


def without_settings() -> dict[str, str]:
    """The environment of this process without its settings: for a program that is told its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def speaks_english() -> bool:
    """Whether the terminal is spoken to in English: SHOUWANG_LANG=en, else Chinese."""
    return os.environ.get(PREFIX + "LANG") == "en"


def logs_json() -> bool:
    """Whether messages are JSON, one object a line: SHOUWANG_LOG=json, else text."""
    return os.environ.get(PREFIX + "LOG") == "json"


def always_progress() -> bool:
    """Whether progress is shown even where nobody watches: SHOUWANG_PROGRESS=1."""
    return os.environ.get(PREFIX + "PROGRESS") == "1"
