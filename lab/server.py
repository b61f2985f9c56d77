"""The server of the laboratory: pages, runs and rules, for a browser on this machine."""

import json
import secrets
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from backspike.golden.errors import UserError
from backspike.lab.blocks import BOXES, source
from backspike.lab.edits import EditError, described
from backspike.lab.export import page_data, render
from backspike.lab.guard import TOKEN_HEADER, Guard
from backspike.lab.presets import SCENES
from backspike.lab.recording import drawing
from backspike.lab.running import look, run
from backspike.lab.scene import Scene

__all__ = ["Laboratory"]

_ADDRESS = "127.0.0.1"


class Laboratory:
    """A server that listens to this machine only, from its making on.

    Parameters
    ----------
    port : int
        Port to listen to; 0 for any that is free.

    Attributes
    ----------
    server : uvicorn.Server

    Raises
    ------
    UserError
        If the port is taken, or not allowed.
    """

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((_ADDRESS, port))
            self._socket.listen()  # who comes before it serves, waits
        except OSError as error:
            self._socket.close()
            raise UserError(f"port {port} cannot be listened to: {error.strerror}") from None
        self._port = self._socket.getsockname()[1]
        self._token = secrets.token_urlsafe(16)
        app = Guard(self._application(), self._token, self._port)
        config = uvicorn.Config(app, log_level="warning", ws="none", lifespan="off")
        config.server_header = False
        self.server = uvicorn.Server(config)

    def address(self, scene: str) -> str:
        """Address of the page of a scene."""
        return f"http://{_ADDRESS}:{self._port}/scene/{scene}?token={self._token}"

    def serve(self) -> None:
        """Answer until the server is told to end, by a signal or by ``server.should_exit``."""
        with self._socket:
            self.server.run(sockets=[self._socket])

    def _application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/scene/{name}", self._page),
                Route("/run", _run, methods=["POST"]),
                Route("/cycles", _cycles, methods=["POST"]),
                Route("/rule", _rule, methods=["POST"]),
                Route("/source", _source, methods=["POST"]),
            ]
        )

    def _page(self, request: Request) -> Response:
        scene = _scene(request.path_params["name"])
        data = page_data(scene) | {
            "drawing": drawing(scene, scene.build(scene.values).network),
            "live": {"token": self._token, "header": TOKEN_HEADER},
        }
        return HTMLResponse(render(scene, data, SCENES.values()))


def _scene(name: object) -> Scene:
    if not isinstance(name, str) or name not in SCENES:
        raise HTTPException(404, "there is no such scene")
    return SCENES[name]


async def _asked(request: Request) -> Mapping[str, Any]:
    """The JSON object of a request."""
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise HTTPException(400, "a request must be a JSON object")
    return asked


async def _run(request: Request) -> Response:
    asked = await _asked(request)
    return _answer(run(_scene(asked.get("scene")), _edits(asked)))


async def _cycles(request: Request) -> Response:
    asked = await _asked(request)
    return _answer(look(_scene(asked.get("scene")), _edits(asked), asked.get("step", 0)))


def _edits(asked: Mapping[str, Any]) -> Mapping[str, object]:
    edits = asked.get("edits", {})
    if not isinstance(edits, dict):
        raise HTTPException(400, "edits must be an object of values by field")
    return edits


def _answer(parts: Iterator[dict[str, Any]]) -> Response:
    """An answer in parts, one a line, each as soon as it is there."""
    lines = (json.dumps(part, separators=(",", ":")) + "\n" for part in parts)
    return StreamingResponse(lines, media_type="application/x-ndjson")


async def _rule(request: Request) -> Response:
    asked = await _asked(request)
    try:
        return JSONResponse(described(_scene(asked.get("scene")), asked.get("text")))
    except EditError as error:
        return JSONResponse({"mistakes": error.as_data()})


async def _source(request: Request) -> Response:
    name = (await _asked(request)).get("block")
    if not isinstance(name, str) or name not in BOXES:
        raise HTTPException(404, "there is no such block")
    return JSONResponse({"file": BOXES[name].file, "text": source(name)})
