"""The regions that phone numbers can be read with."""

from functools import cache

import phonenumbers


@cache
def regions() -> tuple[tuple[str, int], ...]:
    """Each region's two letters with its calling code, by letters."""
    known = sorted(phonenumbers.SUPPORTED_REGIONS)
    return tuple((region, phonenumbers.country_code_for_region(region)) for region in known)
