"""The contestants in Python: main.py MODULE.CONTESTANT, with the settings in the environment."""

import importlib
import sys

module, _, name = sys.argv[1].partition(".")
getattr(importlib.import_module(module), name)()
