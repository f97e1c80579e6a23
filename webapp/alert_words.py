"""The words of what is wrong or late, on the first page and in the navigation."""

from __future__ import annotations

ALERT: dict[str, tuple[str, str]] = {
    "alerts.title": ("警示", "Alerts"),
    "alerts.breach": ("不合规", "Breaches"),
    "alerts.warn": ("提醒", "Warnings"),
    "alerts.overdue": ("逾期的任务", "Overdue duties"),
    "alerts.hazards": ("其中隐患整改", "of these, hazards to rectify"),
    "alerts.plans": ("其中重大隐患整改方案", "of these, plans for major hazards"),
    "alerts.reports": ("其中事故报告", "of these, reports of accidents"),
    "alerts.hops": ("其中事故逐级上报", "of these, accidents to pass on"),
    "alerts.unit": ("件", "in all"),
    "alerts.many": ("超过 {n}", "more than {n}"),
    "nav.pressing": ("件任务逾期或今天到期", "duties overdue or due today"),
}
