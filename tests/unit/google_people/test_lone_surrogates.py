"""Half a character (a lone surrogate) in one contact stops no account: it is read as U+FFFD."""

import pytest

from google_people import wire
from google_people.codec import Codec, listed

PAGE = (
    b'{"connections":[{"resourceName":"people/c1","metadata":{"sources":[{"type":"CONTACT","id":"1","etag":"e"}]},'
    b'"names":[{"givenName":"Ann"}]},'
    b'{"resourceName":"people/c2","metadata":{"sources":[{"type":"CONTACT","id":"2","etag":"e"}]},'
    b'"names":[{"givenName":"A%sn"}]}],"nextSyncToken":"t"}'
)


@pytest.mark.parametrize("half", [rb"\ud83d", rb"\ude00", rb"\ud83d\u0041"])
def test_a_page_with_half_a_character_is_read_and_shows_it_as_replaced(half):
    page = wire.decode_page(PAGE % half)
    codec = Codec(installation="here", region="US")
    names = [codec.person(listed(raw).payload).card.name.given for raw in page.connections]
    assert names[0] == "Ann"
    assert names[1].startswith("A\ufffd")
