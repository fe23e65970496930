"""The servers, the browser and the worker that other tests rely on are real, and fail when they should."""

import os
import socket

import pytest

from portfolio.celery import app


@pytest.mark.once
def test_postgresql_is_real(postgres_url):
    import psycopg

    with psycopg.connect(f"{postgres_url.rpartition('/')[0]}/postgres") as connection:
        assert connection.execute("show server_version_num").fetchone()[0] >= "140000"


@pytest.mark.once
def test_redis_is_real_and_empty(redis_url):
    import redis

    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left behind", 1)


@pytest.mark.once
def test_nothing_beyond_this_machine_is_reached():
    with socket.socket() as stranger, pytest.raises(AssertionError, match="tried to reach"):
        stranger.connect(("192.0.2.1", 80))


@pytest.mark.browser
def test_the_browser_notices_what_the_policy_forbids(browser_page, console_errors):
    browser_page.goto("/sign-in/")
    assert console_errors == []
    browser_page.evaluate("document.body.setAttribute('style', 'color: red')")
    browser_page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    assert "Content Security Policy" in console_errors.pop()
    console_errors.clear()


@pytest.mark.worker
@pytest.mark.parametrize("broker", [pytest.param("filesystem", marks=pytest.mark.once), "redis"])
def test_a_separate_worker_takes_what_this_process_sends(celery_worker_process, broker):
    worker = celery_worker_process(broker)
    assert worker.process.pid != os.getpid()
    app.send_task(f"nobody.knows.this.{broker}")
    worker.wait_until_it_says(f"nobody.knows.this.{broker}")
    worker.kill()
    assert worker.process.returncode < 0


@pytest.mark.worker
def test_a_separate_worker_sees_this_tests_rows(celery_worker_process, django_user_model, worker_environment):
    """The same database, not a database of the same kind."""
    import subprocess
    import sys

    django_user_model.objects.create(email="seen@example.org")
    program = (
        "import django; django.setup(); from django.contrib.auth import get_user_model as user;"
        "print([person.email for person in user().objects.all()])"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program], env=worker_environment, capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == "['seen@example.org']"
