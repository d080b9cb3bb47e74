"""`python -m assistant ask|batch|card|compare|calendar|cards`. Knows nothing but where the commands are."""

from assistant.console import main
from cli import run_command

if __name__ == "__main__":
    run_command(main)
