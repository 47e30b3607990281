"""Sync: the durable inbox, and the filing of what comes in."""
