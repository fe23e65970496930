#!/usr/bin/env python
"""Django's command line for Plimsoll; `./run manage …` calls it inside the environment."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # The reader can mend a bad value in the environment: the sentence says how, a traceback would not.
        sys.exit(str(error))
