"""``python -m union_corpus`` is the command ``union-corpus``."""

from union_corpus.cli import main

if __name__ == "__main__":
    main()
