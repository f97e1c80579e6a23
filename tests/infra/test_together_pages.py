"""Where the demonstration of several nodes serves its pages."""

from __future__ import annotations

import socket

import pytest

from infra.together.__main__ import main
from infra.together.nodes import RANKS
from infra.together.pages import PortTaken, ports


@pytest.fixture
def taken():
    """A port where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_where_somebody_answers_already_is_not_taken_for_a_node(taken: int, capsys) -> None:
    """An older demonstration there would answer for the new one: it is refused, with the port and what to do. Control: once free it is not."""
    with pytest.raises(PortTaken) as refused:
        ports(RANKS, taken)
    assert refused.value.port == taken
    assert main(["--pages", str(taken)]) == 1
    assert f"端口 {taken} 不能用" in capsys.readouterr().err


def test_what_is_no_port_is_refused_alike() -> None:
    """Beyond the last one, as the node after the last one would be."""
    with pytest.raises(PortTaken):
        ports(RANKS, 65_534)


def test_without_a_wish_each_node_has_a_free_port_of_its_own() -> None:
    """As many as nodes, none twice."""
    found = ports(RANKS, None)
    assert list(found) == [rank.node for rank in RANKS]
    assert len(set(found.values())) == len(RANKS)
