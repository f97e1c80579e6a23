"""How long a module and a function may be, so that each is read in one sitting."""

from __future__ import annotations

from collections.abc import Iterator

from tests.house.tree import PACKAGES, ROOT, Function, functions, sources

MODULE_MAX, MODULE_P90, FUNCTION_MAX, FUNCTION_P90 = 450, 300, 50, 25


def modules() -> dict[str, int]:
    """Lines of every module of the product."""
    return {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in sources(*PACKAGES)}


def length(function: Function) -> int:
    """Lines from `def` to the last one, decorators left out."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def lengths(*folders: str) -> Iterator[tuple[int, str]]:
    """The length and the place of every function."""
    for name in sources(*folders):
        for function in functions(name):
            yield length(function), f"{name}:{function.lineno} {function.name}"


def p90(values: list[int]) -> int:
    """The value that nine of ten do not pass."""
    return sorted(values)[len(values) * 9 // 10] if values else 0


def test_no_module_is_too_long() -> None:
    """A module has at most 450 lines."""
    assert {name: lines for name, lines in modules().items() if lines > MODULE_MAX} == {}


def test_nine_of_ten_modules_are_short() -> None:
    """Nine of ten modules have at most 300 lines."""
    assert p90([lines for lines in modules().values() if lines > 1]) <= MODULE_P90


def test_no_function_is_too_long() -> None:
    """A function, in a test too, has at most 50 lines."""
    assert [(lines, where) for lines, where in lengths(*PACKAGES, "tests") if lines > FUNCTION_MAX] == []


def test_nine_of_ten_functions_are_short() -> None:
    """Nine of ten functions of the product have at most 25 lines."""
    assert p90([lines for lines, _ in lengths(*PACKAGES)]) <= FUNCTION_P90
