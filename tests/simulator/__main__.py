"""Start the simulator: python -m tests.simulator --port 0. Its address is the first and only line on standard output."""

from __future__ import annotations

import argparse
import gc
import socket
import sys

import uvicorn

from . import seed
from .app import create_app
from .settings import BadSetting
from .simulator import Simulator


class _Server(uvicorn.Server):
    """A server that says where it listens as soon as it does."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self.url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the address."""
        await super().startup(sockets)
        if self.started:
            print(self.url, flush=True)


def main() -> int:
    """Parse the arguments and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--seed", type=int, help="another seed for the scenario")
    parser.add_argument("--scenario", help="JSON file")
    options = parser.parse_args()
    try:
        scenario = seed.load(options.scenario) if options.scenario else None
        simulator = Simulator(scenario, options.seed)
    except (seed.BadScenario, BadSetting, KeyError) as error:
        print(f"bad scenario: {error}", file=sys.stderr)
        return 2
    # the world stays: the collector need not look through it again and again
    gc.collect()
    gc.freeze()
    # with the protocol named, asyncio switches off Nagle's algorithm: without that every answer takes 40 ms
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((options.host, options.port))
    port = listener.getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    config = uvicorn.Config(
        create_app(simulator),
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        backlog=2048,
        timeout_keep_alive=75,
    )
    _Server(config, f"http://{host}:{port}").run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
