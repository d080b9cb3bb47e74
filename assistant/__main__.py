"""`python -m assistant ask|batch`. Knows nothing but where the commands are."""

from assistant.console import main
from corpus.console import run

if __name__ == "__main__":
    run(main)
