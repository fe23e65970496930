"""The floor's settings: the product's database and pool, no middleware, other addresses."""

from portfolio.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "bench.floor"
