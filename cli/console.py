"""The terminal that all commands write to."""

from rich.console import Console

__all__ = ["console"]

console = Console()
