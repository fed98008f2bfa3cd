"""Measures every contestant side by side in one run: see bench/README.md."""
