"""Where the recorded and collected input lies; it is no part of the project, and may be absent."""

import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
RECORDED = DATA / "people_api" / "libkgapi"
VCARDS = DATA / "vcard"
SCENARIOS = DATA / "sync_scenarios"
NASTY_STRINGS = DATA / "fuzz" / "blns" / "blns.json"
RECORDED_REGION = "ES"  # of the recorded account, as its numbers in E.164 show

needs_recorded = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="recorded answers of the real service are not at ../shared/data/people_api/libkgapi"
)
needs_vcards = pytest.mark.skipif(not VCARDS.is_dir(), reason="other programs' vCards are not at ../shared/data/vcard")
needs_scenarios = pytest.mark.skipif(
    not SCENARIOS.is_dir(), reason="other syncs' situations are not at ../shared/data/sync_scenarios"
)
needs_nasty_strings = pytest.mark.skipif(
    not NASTY_STRINGS.is_file(), reason="the big list of naughty strings is not at ../shared/data/fuzz/blns"
)


def recorded_body(name: str) -> Any:
    """The JSON of a recorded request or answer: an HTTP head, an empty line, a body."""
    _, _, body = (RECORDED / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")
    return json.loads(body)


def recorded_persons() -> list[dict[str, Any]]:
    """The persons of the recorded full listing, as the real service sent them."""
    persons: list[dict[str, Any]] = recorded_body("connections_full_fetch_response")["connections"]
    return persons
