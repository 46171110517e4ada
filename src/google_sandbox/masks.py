"""Field masks: parsed, checked, refused with Google's words."""

from collections.abc import Collection, Sequence

from google_sandbox.errors import DOCUMENTATION, GoogleError, invalid_argument


def parse_mask(values: Sequence[str]) -> list[str]:
    """Paths of a mask given as one comma-joined value or as a repeated parameter."""
    return [path for value in values for path in (part.strip() for part in value.split(",")) if path]


def required_mask(name: str, values: Sequence[str], valid: Collection[str], page: str) -> frozenset[str]:
    """The mask `name`, which must hold at least one path. `page` is the method's page in Google's reference."""
    mask = optional_mask(name, values, valid, page)
    if mask is None:
        raise mask_required(name, page)
    return mask


def optional_mask(name: str, values: Sequence[str], valid: Collection[str], page: str) -> frozenset[str] | None:
    """The mask `name`, or None when it is absent or empty."""
    paths = parse_mask(values)
    for path in paths:
        if path not in valid:
            raise invalid_argument(
                f'Invalid {name} mask path: "{path}". Valid paths are documented at {DOCUMENTATION}{page}.'
            )
    return frozenset(paths) or None


def mask_required(name: str, page: str) -> GoogleError:
    return invalid_argument(
        f"{name} mask is required. Please specify one or more valid paths. "
        f"Valid paths are documented at {DOCUMENTATION}{page}."
    )
