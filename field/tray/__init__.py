"""The office's tray of held records: its pages and forms. What they do is ``services.tray``'s."""
