"""The contestants in Python: main.py MODULE.CONTESTANT, with the settings in the environment."""

import sys

module, _, name = sys.argv[1].partition(".")
getattr(__import__(module), name)()
