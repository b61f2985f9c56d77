"""Prove all that the table of proofs claims: ``python -m backspike.proof [NAME...]``."""

from backspike.proof.command import main

if __name__ == "__main__":
    main()
