"""The progress bar of `_terminal`, which most runs end too early to show."""

from rtmodels.errors import MissingDependencyError

try:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
except ModuleNotFoundError as exc:
    raise MissingDependencyError("rich", extra="cli") from exc


def start_progress(console: Console) -> Progress:
    """Show a bar without a task on *console*."""
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        DownloadColumn(),
        console=console,
        transient=True,
        expand=True,
    )
    progress.start()
    return progress
