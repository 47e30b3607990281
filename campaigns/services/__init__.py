"""What may be done to tours, visits and crews."""
