"""How the brokers are reached, from the settings."""

from __future__ import annotations

import tomllib
from typing import Any

from adapters.broker import Wire
from infra.settings import Settings, SettingsError

PASSED_ON = ("security_protocol", "sasl_", "ssl_")
"""How the settings begin that the client may be given."""


def wire(settings: Settings) -> Wire:
    """The brokers of this node. Raises SettingsError where none are set, or the file of options cannot be used."""
    if not settings.kafka:
        raise SettingsError(
            "没有设置消息总线：请用 SHOUWANG_KAFKA 写明地址，如 127.0.0.1:9092",
            "no message broker is set: name it in SHOUWANG_KAFKA, such as 127.0.0.1:9092",
        )
    servers = tuple(one.strip() for one in settings.kafka.split(","))
    return Wire(servers, settings.kafka_prefix, settings.kafka_partitions, _options(settings))


def _options(settings: Settings) -> dict[str, Any]:
    file = settings.kafka_options
    if file is None:
        return {}
    try:
        options = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"无法读取 {file}（SHOUWANG_KAFKA_OPTIONS）：{error}",
            f"cannot read {file} (SHOUWANG_KAFKA_OPTIONS): {error}",
        ) from error
    for name in options:
        if not name.startswith(PASSED_ON):
            raise SettingsError(
                f"{file} 中的 {name} 不能设置，只接受 security_protocol、sasl_…、ssl_…",
                f"{name} in {file} cannot be set: only security_protocol, sasl_... and ssl_... can",
            )
    return options
