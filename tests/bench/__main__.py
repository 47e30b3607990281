"""``python -m tests.bench [name …]``: run the benchmarks named, or all of them."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil

import tests.bench

NOT_BENCHMARKS = {"__main__", "asking", "city", "crowd", "house", "links", "past", "throwaway", "town"}


def main() -> None:
    names = sorted({module.name for module in pkgutil.iter_modules(tests.bench.__path__)} - NOT_BENCHMARKS)
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=tests.bench.__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of: {', '.join(names)}")
    chosen = parser.parse_args().names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    for name in chosen:
        print(f"\n== {name} ==", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
