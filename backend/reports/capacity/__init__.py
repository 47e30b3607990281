"""Response capacity: what each department was asked in a period, what it did of it, and how fast."""
