"""Benchmarks, run by hand: ``python -m tests.bench [name …]``. Each prints what we reach beside the
floor that the same machine reaches in the same run. Nothing here is asserted.
"""
