"""What the law of personal data asks the office to keep."""

from backend.privacy.models.look import Look

__all__ = ["Look"]
