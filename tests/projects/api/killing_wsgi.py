"""The site itself, in a process that ends as by kill -9 at the moment that a request names."""

import os
import signal

from django.db import connection

from portfolio.wsgi import application as site


def application(environ, start_response):
    moment = environ.get("HTTP_X_KILLED")
    if moment == "before-commit":
        with connection.execute_wrapper(_die_when_the_answer_is_kept):
            return site(environ, start_response)
    answer = site(environ, start_response)
    if moment == "after-commit":
        _die()
    return answer


def _die_when_the_answer_is_kept(execute, sql, params, many, context):
    """The effect is written, its transaction is not committed."""
    result = execute(sql, params, many, context)
    if sql.startswith('UPDATE "projects_keptrequest"'):
        _die()
    return result


def _die():
    os.kill(os.getpid(), signal.SIGKILL)
