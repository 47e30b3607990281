"""What the law of personal data asks the office to keep."""

from backend.privacy.models.arco import ArcoRequest, ArcoStep, ArcoSubject, OldValue
from backend.privacy.models.blocked import BlockedData, BlockedOpening
from backend.privacy.models.look import Look
from backend.privacy.models.retention import RetentionRule, RetentionRun

__all__ = [
    "ArcoRequest",
    "ArcoStep",
    "ArcoSubject",
    "BlockedData",
    "BlockedOpening",
    "Look",
    "OldValue",
    "RetentionRule",
    "RetentionRun",
]
