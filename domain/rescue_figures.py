"""What can be asked about rescues: person-times and persons are different figures, and so is everything on the street."""

from __future__ import annotations

from domain.figures import FACILITY_DIMENSIONS, Figure

WHO = (*FACILITY_DIMENSIONS, "sex", "age_band")

FIGURES = (
    Figure(
        "rescue.received",
        "站内救助人次",
        "Received by rescue stations",
        "人次",
        "flow",
        "期间内救助站接收的求助，同一人每次都计；街面救助和劝返另计",
        "Receptions by rescue stations in the period, each one counted; aid and persuasion in the street are apart",
        (*WHO, "found"),
        sources=("rescue_station:rescued_person_times", "rescue_station:in_station_rescue_person_times"),
    ),
    Figure(
        "rescue.persons",
        "站内救助人数",
        "Different people received",
        "人",
        "distinct",
        "期间内救助站接收的不同的人，同一人只计一次；身份不明的每次计一人，查明后归到本人",
        "Different people received in the period, each counted once; a stranger counts as one until identified",
        (*WHO, "found"),
        rows="rescue.received",
        sources=("rescue_station:rescued_persons",),
    ),
    Figure(
        "rescue.present",
        "在站人数",
        "People being helped",
        "人",
        "stock",
        "当日日终接收而未离站的人，住院的仍计；离站当天不计",
        "People received and not gone at the end of the day, those in hospital too; not on the day they leave",
        WHO,
    ),
    Figure(
        "rescue.left",
        "离站人次",
        "People who left",
        "人次",
        "flow",
        "期间内离站的人次，可按去向分组",
        "Those who left in the period, by what became of them",
        (*WHO, "outcome"),
    ),
    Figure(
        "rescue.escorted",
        "护送返乡人次",
        "Escorted home",
        "人次",
        "flow",
        "期间内由救助站护送返乡的人次",
        "Those whom a station escorted home in the period",
        WHO,
        sources=("rescue_station:escorted_home_persons", "rescue_station:escorted_home_person_times"),
    ),
    Figure(
        "rescue.refused",
        "不予救助人次",
        "Turned away",
        "人次",
        "flow",
        "期间内说明理由、不予救助的求助",
        "Requests in the period that were turned away, with reasons",
        WHO,
    ),
)
