"""``civharm worker``: does the jobs that are due, beside the service."""

from __future__ import annotations

import logging
import signal
from typing import Annotated, Any

import typer

from cli.context import database, deployment
from services import projection
from services.jobs.worker import Worker


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(work)


def work(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
) -> None:
    """Do jobs, make those of schedules that are due, and send the messages of webhooks.

    Ends after the job in hand when it is told to (SIGTERM, Ctrl-C). Several may run at once.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for name in ("httpx", "httpcore"):
        # They would write down the addresses of receivers.
        logging.getLogger(name).setLevel(logging.WARNING)
    with database() as opened:
        opened.check()
        projection.render_all(opened)
        worker = Worker(opened, deployment())

        def stop(*_: Any) -> None:
            worker.stop()

        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, stop)
        if once:
            done = worker.drain()
            typer.echo(f"{done} jobs done or tried.")
            return
        typer.echo("The worker waits for jobs.", err=True)
        worker.run()
