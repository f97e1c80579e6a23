"""The kinds of facilities, one data module each; their order here is the order on every page."""

from domain.kinds import (
    child_welfare_institution,
    day_care_centre,
    elder_station,
    elderly_care_home,
    funeral_home,
    lottery_outlet,
    marriage_registry_office,
    meal_site,
    mental_health_hospital,
    minors_protection_centre,
    rescue_station,
    rural_happiness_home,
    social_work_station,
    township_elder_centre,
)
from domain.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    module.KIND.key: module.KIND
    for module in (
        elderly_care_home,
        child_welfare_institution,
        minors_protection_centre,
        rescue_station,
        lottery_outlet,
        day_care_centre,
        rural_happiness_home,
        township_elder_centre,
        elder_station,
        meal_site,
        mental_health_hospital,
        funeral_home,
        social_work_station,
        marriage_registry_office,
    )
}
