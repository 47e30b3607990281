"""The office's pages: the inbox, a boleta, and capture."""
