"""`python -m google_sandbox`: the stand-in for Google, on this machine."""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from google_sandbox.errors import GoogleError
from google_sandbox.server import make_sandbox, serve
from google_sandbox.state import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Client, Sandbox
from google_sandbox.store import DEFAULT_EMAIL
from google_sandbox.user import change_settings, load


def main() -> int:
    """Run until a signal; 1 when the port is taken, 2 when an option makes no sense."""
    options = _parser().parse_args()
    try:
        sandbox = _prepared(options)
    except (ValueError, OSError, GoogleError) as error:
        return _failed(str(error), 2)
    try:
        asyncio.run(serve(sandbox, options.host, options.port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)  # asyncio's own repeats the address
        return _failed(f"can't listen on {options.host}:{options.port} ({reason}): choose another with --port", 1)
    finally:
        sandbox.store.close()
    return 0


def _failed(reason: str, code: int) -> int:
    print(f"google_sandbox: {reason}", file=sys.stderr)  # noqa: T201 - a command line's own output
    return code


def _prepared(options: argparse.Namespace) -> Sandbox:
    """The sandbox that the options describe, with its people, faults and delay."""
    sandbox = make_sandbox(
        data=options.data,
        contacts=options.contacts,
        seed_number=options.seed,
        client=Client(options.client_id, options.client_secret, tuple(options.redirect_uri)),
        region=options.region,
    )
    account = sandbox.store.account(DEFAULT_EMAIL)
    if options.people is not None and account.book.sequence == 0:
        load(sandbox.store, account, msgspec.json.decode(options.people.read_bytes(), type=list[dict[str, Any]]))
    sandbox.faults.queue_all(options.faults)
    if options.delay is not None:
        change_settings(sandbox.store, {"propagation_delay_seconds": options.delay})
    return sandbox


class _Parser(argparse.ArgumentParser):
    """What can't be read is told in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"google_sandbox: {message} (--help lists the options)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m google_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--data", type=Path, help="keep the state in this file; without it, in memory")
    parser.add_argument("--contacts", type=int, default=0, help="make up so many people for an empty address book")
    parser.add_argument("--people", type=Path, help="load this JSON list of Person into an empty address book")
    parser.add_argument("--seed", type=int, default=1, help="other numbers give other people")
    parser.add_argument("--faults", default="", help="METHOD=FAULT[*TIMES], joined with commas")
    parser.add_argument("--client-id", default=DEFAULT_CLIENT_ID)
    parser.add_argument("--client-secret", default=DEFAULT_CLIENT_SECRET)
    parser.add_argument("--redirect-uri", action="append", default=[], help="repeatable; default: any loopback address")
    parser.add_argument("--delay", type=float, help="seconds until a write shows up in listings")
    parser.add_argument("--region", default="US", help="the accounts' region, which reads phone numbers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
