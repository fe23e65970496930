"""`python -m plimsoll` is the command."""

import sys

from plimsoll.command import main

sys.exit(main())
