"""What a check found."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` is empty where it is well."""

    check: str
    detail: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        return not self.mend

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"check": self.check, "ok": self.is_well, **asdict(self)}
