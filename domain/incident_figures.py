"""What can be asked about incidents; the rows stand with the events (`domain/incidents.py`)."""

from __future__ import annotations

from domain.figures import FACILITY_DIMENSIONS, Figure

DIMENSIONS = (*FACILITY_DIMENSIONS, "incident_kind")

FIGURES = (
    Figure(
        "incident.occurred",
        "事件起数",
        "Incidents",
        "起",
        "flow",
        "期间内发生的事件，每起只计一次，按最先填写的类别归类",
        "Incidents that occurred in the period, each counted once, under the kind that was named first",
        DIMENSIONS,
        sources=("work_safety:safety_incidents",),
        unit_en="incidents",
    ),
    Figure(
        "incident.classifications",
        "事件类别数",
        "Classifications of incidents",
        "项",
        "flow",
        "期间内发生的事件所属的类别，一起事件属几类就计几项",
        "Kinds of the incidents that occurred in the period; an incident of two kinds counts under both",
        DIMENSIONS,
        unit_en="classifications",
    ),
    Figure(
        "incident.reported_late",
        "迟报事件起数",
        "Incidents reported late",
        "起",
        "flow",
        "期间内出现迟报的事件：有一级报告超过时限，每起只计一次，计在首次迟报那天",
        "Incidents with a report beyond its time limit, each counted once, on the day of its first late report",
        DIMENSIONS,
        unit_en="incidents",
    ),
    Figure(
        "incident.open",
        "未结案事件起数",
        "Open incidents",
        "起",
        "stock",
        "当日日终已发生而未结案的事件",
        "Incidents that have occurred and are not closed at the end of the day",
        DIMENSIONS,
        unit_en="incidents",
    ),
    Figure(
        "incident.dead",
        "事件死亡人数",
        "Deaths in incidents",
        "人",
        "flow",
        "期间内发生的事件的死亡人数，以最近一次登记为准，计在事件发生那天",
        "Deaths in the incidents that occurred in the period by the latest count, on the day of the incident",
        DIMENSIONS,
    ),
    Figure(
        "incident.injured",
        "事件受伤人数",
        "Injured in incidents",
        "人",
        "flow",
        "期间内发生的事件的受伤人数（重伤和轻伤），以最近一次登记为准，计在事件发生那天",
        "Injured in the incidents that occurred in the period, seriously or slightly, by the latest count, on the day "
        "of the incident",
        DIMENSIONS,
    ),
)
