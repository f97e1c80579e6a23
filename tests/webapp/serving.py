"""The web of a scene over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

from waitress import create_server

from tests.webapp.scene import Scene
from webapp.app import create_app

ENDED_S = 10.0


def serving(scene: Scene) -> Iterator[str]:
    """The web over a scene, listening on a free port of this machine."""
    server = create_server(create_app(scene.services), host="127.0.0.1", port=0, threads=4)

    def answer() -> None:
        with suppress(OSError):  # closing takes the socket away from under the loop that waits for it
            server.run()

    answering = threading.Thread(target=answer, daemon=True)
    answering.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    answering.join(ENDED_S)
