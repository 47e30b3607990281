"""What tablets and other programs call."""
