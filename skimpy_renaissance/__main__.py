"""``python -m skimpy_renaissance``: the command line."""

from skimpy_renaissance.cli.main import main

if __name__ == "__main__":
    main()
