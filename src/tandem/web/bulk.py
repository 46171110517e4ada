"""What 'More Actions' offers for several contacts."""

from enum import StrEnum


class BulkAction(StrEnum):
    SYNC = "sync"
    STATUS = "status"
    HASHTAG = "hashtag"
    TRASH = "trash"
