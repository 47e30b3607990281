"""ODK Collect: the form it fills, and what it hands in (OpenRosa 1.0; docs/odk.md)."""
