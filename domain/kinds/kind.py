"""The shape of a facility kind: data that the rest of the product reads, never branches on by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of facility.

    `core` kinds are those the product exists for; the others are adjacent. `lodging`: people stay there.
    `usual_categories`: an unusual stay category is a warning at this kind, never a refusal. `applies`: the aggregates
    that only some kinds have (ratings, rescues, sales); `checklists`: what it is inspected by unless somebody chooses;
    `filed`: with the bureau, once somebody lives there (EC-02, EC-03); `inspected_yearly` (EC-10) and `reports_monthly`
    (零报告): the duties that come back. `daily`: the commands with which it logs a usual day, in that order; the
    activities of a usual day say so themselves (`domain.activity_types`).
    """

    key: str
    zh: str
    en: str
    core: bool
    lodging: bool
    usual_categories: tuple[str, ...] = ()
    applies: tuple[str, ...] = ()
    checklists: tuple[str, ...] = ("SAFE-DEFAULT-1",)
    filed: bool = False
    inspected_yearly: bool = False
    reports_monthly: bool = False
    daily: tuple[str, ...] = ()
