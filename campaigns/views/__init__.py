"""The office's pages of tours, visits and crews."""
