"""Settings: one frozen dataclass from the command line and the environment (prefix SHOUWANG_)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "SHOUWANG_"
LANGUAGES = ("zh", "en")
PORT_MAX, PORT_DIGITS = 65535, 5
READS_MONTHS, MONTHS_DIGITS = (6, 600), 4
PROCESSES_MAX, PROCESSES_DIGITS = 64, 3
CORES_USED_MAX = 4
"""So many processes answer pages where nobody says how many: one a core, but not more than this."""


class SettingsError(Exception):
    """A setting cannot be used; says which, zh and en."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Settings:
    """Where the data lie and where the web listens. Either `data` or `database_url` is used."""

    data: Path = Path("var")
    database_url: str | None = None
    node: str = "shouwang"
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = min(os.cpu_count() or 1, CORES_USED_MAX)
    reads_kept_months: int = 36

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
        if "port" in said:
            text = str(said["port"])
            if not (text.isascii() and text.isdigit() and len(text) <= PORT_DIGITS and int(text) <= PORT_MAX):
                raise SettingsError(
                    "端口应为 0 至 65535 的数字（SHOUWANG_PORT）",
                    "the port must be a number from 0 to 65535 (SHOUWANG_PORT)",
                )
            said["port"] = int(text)
        if "processes" in said:
            said["processes"] = _processes(str(said["processes"]))
        if "reads_kept_months" in said:
            said["reads_kept_months"] = _months(str(said["reads_kept_months"]))
        if "data" in said:
            said["data"] = Path(str(said["data"]))
        url = said.get("database_url")
        if url and not str(url).startswith(("postgresql://", "postgres://")):
            raise SettingsError(
                "数据库地址应以 postgresql:// 开头（SHOUWANG_DATABASE_URL）",
                "the database URL must begin with postgresql:// (SHOUWANG_DATABASE_URL)",
            )
        return cls(**said)  # type: ignore[arg-type]


def _processes(text: str) -> int:
    """How many processes answer pages. Raises SettingsError."""
    if not (text.isascii() and text.isdigit() and len(text) <= PROCESSES_DIGITS and 1 <= int(text) <= PROCESSES_MAX):
        raise SettingsError(
            "网页进程数应为 1 至 64（SHOUWANG_PROCESSES）",
            "the number of web processes must be from 1 to 64 (SHOUWANG_PROCESSES)",
        )
    return int(text)


def _months(text: str) -> int:
    """For how many months the ledger of reads is kept. Raises SettingsError for less than six: the law's minimum."""
    digits = text.isascii() and text.isdigit() and len(text) <= MONTHS_DIGITS
    if not (digits and READS_MONTHS[0] <= int(text) <= READS_MONTHS[1]):
        raise SettingsError(
            "查阅记录的保存期应为 6 至 600 个月（SHOUWANG_READS_KEPT_MONTHS）",
            "the ledger of reads is kept for 6 to 600 months (SHOUWANG_READS_KEPT_MONTHS)",
        )
    return int(text)


def speaks_english() -> bool:
    """Whether the terminal is spoken to in English: SHOUWANG_LANG=en, else Chinese."""
    return os.environ.get(PREFIX + "LANG") == "en"


def always_progress() -> bool:
    """Whether progress is shown even where nobody watches: SHOUWANG_PROGRESS=1."""
    return os.environ.get(PREFIX + "PROGRESS") == "1"
