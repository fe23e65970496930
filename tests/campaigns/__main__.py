"""`./run prove [load|kills|fuzz|year]`: long campaigns against the product as it runs in production."""

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import environment
from tests.services import redis_server

# Share of the whole time that each campaign gets.
SHARES = {"load": 0.3, "kills": 0.4, "fuzz": 0.3}
# These have to be asked for: they take as long as they take.
LONG = ("year",)
# A worker that was killed is missed after seconds instead of a minute; nothing else differs from production.
SETTINGS = {"PLIMSOLL_JOB_LEASE_SECONDS": "5", "PLIMSOLL_MAX_UPLOAD_MB": "2"}


def main() -> int:
    """Run the campaigns asked for; 1 if any of them found something."""
    parser = argparse.ArgumentParser(prog="./run prove", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "campaigns", nargs="*", metavar="load|kills|fuzz|year", help="which ones (default: all but year)"
    )
    parser.add_argument("--minutes", type=float, default=10, help="how long, all together (default: 10)")
    parser.add_argument("--seed", type=int, help="repeat the choices of an earlier run")
    parser.add_argument(
        "--requests", type=int, default=0, help="fuzz: this many requests to the API at least, however long"
    )
    parser.add_argument("--write", action="store_true", help="put the result into docs/proof.md")
    given = parser.parse_args()
    chosen = given.campaigns or list(SHARES)
    if unknown := set(chosen) - set(SHARES) - set(LONG):
        parser.error(f"There is no campaign {', '.join(sorted(unknown))}. Use load, kills, fuzz or year.")
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    # Ends of any kind run the clean-up: a signal becomes an ordinary exit.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("Stopped."))
    shares = {name: SHARES.get(name, 0) for name in chosen}
    seconds = {
        name: 60 * given.minutes * share / (sum(shares.values()) or 1) for name, share in shares.items()
    }
    print(f"Seed {seed}.", flush=True)
    variables: dict[str, Any] = {"PLIMSOLL_REDIS_URL": f"{redis_server.url()}/63", **SETTINGS}
    with environment.prepared(**variables):
        return _prove(seconds, seed, given.requests, given.write)


def _prove(seconds: dict[str, float], seed: int, requests: int, write: bool) -> int:
    from tests.campaigns import fuzz, kills, load, proof, year

    runs: dict[str, Callable[[float, int], proof.Outcome]] = {
        "load": load.run,
        "kills": kills.run,
        "fuzz": partial(fuzz.run, requests=requests),
        "year": year.run,
    }
    outcomes = []
    for name, share in seconds.items():
        print(f"\n{name}: {f'{share / 60:.1f} minutes' if share else 'until it is over'}", flush=True)
        began = time.monotonic()
        outcomes.append(runs[name](share, seed))
        print(proof.sentence(outcomes[-1], time.monotonic() - began), flush=True)
    if write:
        proof.write(outcomes, seed)
    return int(any(outcome.failures for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
