"""Writes of the privacy room."""
