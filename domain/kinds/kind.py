"""The shape of a facility kind: data that the rest of the product reads, never branches on by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of facility.

    `core` kinds are those the product exists for; the others are adjacent. `lodging`: people stay there.
    `usual_categories`: an unusual stay category is a warning at this kind, never a refusal.
    """

    key: str
    zh: str
    en: str
    core: bool
    lodging: bool
    usual_categories: tuple[str, ...] = ()
