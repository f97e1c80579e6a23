"""What figures say of transfers (offered, handed over, on the way) and of receptions."""

from __future__ import annotations

from domain.figures import FACILITY_DIMENSIONS, Figure

BY_PERSON = (*FACILITY_DIMENSIONS, "category", "sex")

FIGURES = (
    Figure(
        "transfer.offered",
        "提出移交人次",
        "Transfers offered",
        "人次",
        "flow",
        "期间内向其他地区提出的人员移交",
        "Residents offered to other areas in the period",
        BY_PERSON,
    ),
    Figure(
        "transfer.handed_over",
        "移交人次",
        "Transfers",
        "人次",
        "flow",
        "期间内交出的人员；当日起不再计入移出机构的在院人数",
        "Residents handed over in the period; from that day on they are not present where they came from",
        BY_PERSON,
    ),
    Figure(
        "transfer.on_the_way",
        "在途人数",
        "People on the way",
        "人",
        "stock",
        "当日日终已交出而对方尚未登记入住的人",
        "People handed over whose arrival is not recorded at the end of the day",
        BY_PERSON,
    ),
)
RECEIVED = (
    Figure(
        "reception.completed",
        "接收人次",
        "People taken in from other areas",
        "人次",
        "flow",
        "期间内从其他地区接收并办理入住的人员",
        "People of other areas taken in and admitted in the period",
        BY_PERSON,
    ),
)
