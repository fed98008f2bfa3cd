"""``python -m hostbill`` is the ``hostbill`` command."""

from ._cli import main

if __name__ == "__main__":
    main()
