"""A question put together from the words of the command line or of an address, and checked before it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from domain.catalogue import sheets
from domain.figures import DIMENSION_LISTS
from domain.log import Log
from domain.model import Refused, Wording
from domain.reference import Reference
from projections.ask import Ask
from projections.boards import check_column

NEAR = 5
"""So many suggestions fit into a line."""
NO_FACILITY = Wording(
    "没有这家机构",
    "there is no such facility",
    "用 shouwang sheet facilities 查看机构",
    "see `shouwang sheet facilities`",
)


def checked(ask: Ask, reference: Reference, log: Log, *, figures: Iterable[str] = (), sheet: str = "") -> Ask:
    """The question, if everything that it names is there. Raises Refused that names the filter.

    `figures` and `sheet` say what it is put to: their dimensions and columns have code lists.
    """
    if ask.facility and not log.stream(ask.facility):
        raise Refused("reference.unknown", NO_FACILITY, "facility")
    if ask.region:
        _check_region(reference, ask.region, ask.as_of)
    _check_figures(reference, figures, ask.where)
    _check_sheet(reference, sheet, ask.where)
    ask.period()  # also where only the end counts: whoever mistypes a day should know
    return ask


def _check_figures(reference: Reference, keys: Iterable[str], where: Mapping[str, str]) -> None:
    """Raise Refused for a value that a dimension of the figures cannot take."""
    figures = [reference.figures[key] for key in keys if key in reference.figures]
    for name, value in where.items():
        if name in DIMENSION_LISTS and any(name in figure.dimensions for figure in figures):
            _check_value(reference, name, DIMENSION_LISTS[name], value)


def _check_sheet(reference: Reference, sheet: str, where: Mapping[str, str]) -> None:
    """Raise Refused for what is no column of the sheet, and for a value that a column cannot take."""
    columns = sheets().get(sheet, {})
    for name, value in where.items() if columns else ():
        check_column(sheet, name)
        if columns[name].choices:
            _check_value(reference, name, columns[name].choices or "", value)


def _check_region(reference: Reference, code: str, day: date) -> None:
    """Raise Refused for what is no code of a region; a name, or a part of one, is answered by the codes it may mean."""
    regions = reference.regions
    if code in regions:
        return
    near = "、".join(f"{found} {regions.path(found, day)}" for found in regions.search(code, day)[:NEAR])
    raise Refused(
        "reference.unknown",
        Wording(
            f"没有行政区划代码 {code}",
            f"there is no region with the code {code}",
            f"可能是：{near}" if near else "写六位代码，如 540400",
            f"perhaps: {near}" if near else "write a code of six digits, such as 540400",
        ),
        "region",
    )


def _check_value(reference: Reference, name: str, codes: str, value: str) -> None:
    known = reference.lists.get(codes, {})
    if value in known:
        return
    raise Refused(
        "field.invalid",
        Wording(
            f"{name} 没有值 {value}；可用：{'、'.join(f'{code}（{words[0]}）' for code, words in known.items())}",
            f"{name} has no value {value}; known: {', '.join(known)}",
            "改用列出的值",
            "use one of those",
        ),
        "where",
    )
