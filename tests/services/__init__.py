"""Real servers and a real browser for the tests: found on the machine, or brought by the locked wheels."""
