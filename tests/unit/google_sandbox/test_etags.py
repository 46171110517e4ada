"""The codec of etags against the two that were captured (people-api.md, Appendix A)."""

import base64

import pytest

from google_sandbox.etags import embedded_source_etag, mask_prefix, person_etag, source_etag
from google_sandbox.schema import READ_PATHS

ALL = "%EigBAgMEBQYHCAkKCwwNDg8QERITFBUWFxkfISIjJCUmJy40NTc9Pj9AGgQBAgUHIgxabTRZZlRpekE3TT0="
READ = "%EiMBAgMFBgcICQoLDA0ODxATFBUWGSEiIyQlJicuNDU3PT4/QBoEAQIFByIMUWdVbmZ2M01JbjQ9"


def test_the_captured_etags_come_out_byte_for_byte() -> None:
    assert person_etag(mask_prefix(None), "#Zm4YfTizA7M=") == ALL
    assert person_etag(mask_prefix(frozenset(READ_PATHS)), "#QgUnfv3MIn4=") == READ


def test_the_source_etag_is_found_in_the_persons() -> None:
    assert embedded_source_etag(ALL) == "#Zm4YfTizA7M="
    assert embedded_source_etag(READ) == "#QgUnfv3MIn4="


@pytest.mark.parametrize("text", ["", "#Zm4YfTizA7M=", "%", "%!!", "%AAAA", "Zm4YfTizA7M="])
def test_other_texts_hold_no_source_etag(text: str) -> None:
    assert embedded_source_etag(text) is None


def test_each_version_of_each_person_has_an_etag_of_its_own() -> None:
    etags = {source_etag(source_id, sequence) for source_id in ("a1", "b2") for sequence in range(100)}
    assert len(etags) == 200
    assert all(len(base64.b64decode(etag[1:])) == 8 for etag in etags)
