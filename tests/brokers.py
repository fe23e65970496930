"""The two pairs that people run: SQLite with files as its broker, PostgreSQL with Redis."""

import pytest

BROKERS = [
    pytest.param("filesystem", marks=pytest.mark.once),
    pytest.param("redis", marks=pytest.mark.postgres),
]
