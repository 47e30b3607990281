"""What the office's rooms hold besides petitions: joined ones, letters, calls, messages, lists, requests."""
