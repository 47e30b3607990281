"""Writes of the reports."""
