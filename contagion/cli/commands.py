"""The command `contagion` and what it can be asked for: run, compare, sweep, sensitivity, report, check, place and more."""

from __future__ import annotations

import inspect
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from contagion import __version__
from contagion.cli.budget import budget
from contagion.cli.exits import exits, guarded
from contagion.cli.options import (
    Cluster,
    Config,
    DryRun,
    Force,
    MaxFailures,
    Out,
    Replicates,
    Set,
    Study,
    Workers,
    settings,
)
from contagion.cli.outcomes import outcomes
from contagion.cli.place import place
from contagion.cli.seen import seen
from contagion.cli.stored import report, rerun, verify
from contagion.cli.trials import trial
from contagion.core.errors import ConfigError, Fault, plainly

app = typer.Typer(
    name="contagion",
    help="How recovery from addiction spreads through a city, and what helps it: an agent-based simulation.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"contagion {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


@app.command()
@guarded
def run(
    config: Config,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=2**63 - 1, help="Seed of the history [study.seed].")
    ] = None,
    out: Out = None,
    changes: Set = None,
    force: Force = False,
) -> None:
    """Live through one history of a city and keep it; the directory is the last line."""
    from contagion.config.load import load_study
    from contagion.config.stated import warned

    study = warned(load_study(config, **settings(changes)))
    from contagion.cli.text import history
    from contagion.config.explain import read_graphs
    from contagion.study.run import record
    from contagion.study.running.pool import affordable

    for told in read_graphs(study):
        print(told)
    affordable(1, {study.name: study.base})
    directory, fresh = record(study, study.seed if seed is None else seed, out, force)
    if len(study.changes) > 1:
        names = ", ".join(plainly(name, 40) for name in study.changes)
        print(f"Shown without the changes of its {len(study.changes)} study scenarios ({names}).")
    print(history(directory) if fresh else history(directory) + "\nThis history was already there.")
    print(directory)


@app.command()
@guarded
def compare(
    study: Study,
    replicates: Replicates = None,
    workers: Workers = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            "--precision",
            metavar="OUTCOME=AMOUNT",
            help="Add replicates until this outcome's differences are known to within the amount that would matter.",
        ),
    ] = None,
    most: Annotated[
        int | None, typer.Option("--most", help="Replicates at most, for --precision [study.most].")
    ] = None,
    out: Out = None,
    changes: Set = None,
    force: Force = False,
) -> None:
    """Compare the scenarios of a study under the same seeds; the path of the report is the last line."""
    from contagion.config.load import load_study

    more: dict[str, Any] = {"study.replicates": replicates} if replicates is not None else {}
    more |= {f"study.precision.{name}": amount for name, amount in settings(precision, "--precision").items()}
    more |= {"study.most": most} if most is not None else {}
    asked = load_study(study, **settings(changes), **more)
    from contagion.api import compare as compared
    from contagion.cli.text import comparison
    from contagion.config.explain import read_graphs

    for told in read_graphs(asked):
        print(told)
    found = compared(asked, None, workers, out, force=force)
    print(comparison(found))
    if not found.fresh:
        print("These results were already there; --force runs them again.")
    print(found.report)


@app.command()
@guarded
def sweep(
    study: Study,
    replicates: Replicates = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    dry_run: DryRun = False,
    max_failures: MaxFailures = None,
    changes: Set = None,
    force: Force = False,
) -> None:
    """Live through every point of a study's sweep; the directory is the last line."""
    many(study, None, replicates, workers, cluster, out, dry_run, max_failures, changes, force)


@app.command()
@guarded
def sensitivity(
    study: Study,
    method: Annotated[
        str | None, typer.Option("--method", help="morris, sobol, delta or ofat [sensitivity.method].")
    ] = None,
    replicates: Replicates = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = None,
    dry_run: DryRun = False,
    max_failures: MaxFailures = None,
    changes: Set = None,
    force: Force = False,
) -> None:
    """Measure which factors drive the outcomes of a study, and how surely; the page is the last line."""
    more = {"sensitivity.method": method} if method is not None else {}
    many(study, more, replicates, workers, cluster, out, dry_run, max_failures, changes, force)


def many(
    study: str,
    method: dict[str, Any] | None,
    replicates: int | None,
    workers: int | None,
    cluster: str | None,
    out: Path | None,
    dry_run: bool,
    max_failures: int | None,
    changes: list[str] | None,
    force: bool,
) -> None:
    """A sweep (`method` is None) or a sensitivity analysis, with its runs counted before and after."""
    from contagion.config.load import load_study
    from contagion.config.stated import stated

    more = {"study.replicates": replicates} if replicates is not None else {}
    asked = stated(load_study(study, **settings(changes), **more, **(method or {})))
    from contagion.api import sensitivity as analyse
    from contagion.api import sweep as swept
    from contagion.cli.text import analysis, runs
    from contagion.study.running import store
    from contagion.study.running.forecast import counted, forecast
    from contagion.study.running.order import stored_in_words
    from contagion.study.running.resuming import check_workers, identity
    from contagion.study.sweep import RunsFailed, ordered

    check_workers(workers)
    if cluster and workers:
        rule = "the workers of a cluster are started there; leave one of the two out"
        raise ConfigError(Fault("override", "--workers", workers, rule, problem="stands beside --cluster"))
    order, _ = ordered(asked, out, None if method is None else asked.sensitivity.method, force)
    if held := stored_in_words(asked, order):
        print(held, file=sys.stderr)
    if dry_run:
        print(forecast(order, workers))
        return
    store.check_out(order.directory, order.kind, identity(asked), force)
    print(counted(order), file=sys.stderr)
    how: dict[str, Any] = {
        "workers": workers,
        "cluster": cluster,
        "out": out,
        "max_failures": max_failures,
        "force": force,
    }
    if method is not None:
        analysed = analyse(asked, **how)
        print(analysis(analysed))
        print(analysed.report)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunsFailed)  # said below
        found = swept(asked, **how)
    print(runs(found))
    if len(found.failed):
        first = found.failed.iloc[0]
        told = f"run {first['run_id']}, point {first['point']}, replicate {first['replicate']}: {first['message']}"
        sys.stdout.flush()
        print(f"{len(found.failed)} of {len(found.runs)} runs failed ({plainly(told, 300)}).", file=sys.stderr)
        print(
            "Messages and tracebacks stand in runs.parquet; the same command tries these runs again.", file=sys.stderr
        )
        print(found.directory)
        raise SystemExit(1)
    print(found.directory)


app.command()(guarded(report))
app.command()(guarded(verify))
app.command()(guarded(rerun))


@app.command()
@guarded
def check(config: Config, changes: Set = None) -> None:
    """Say in words what a config means, or all that is wrong with it."""
    from contagion.config.explain import describe
    from contagion.config.load import load_study

    print(describe(load_study(config, **settings(changes))))


app.add_typer(place)
for _further in (budget, trial, outcomes):
    app.command()(guarded(_further))
app.command("app")(guarded(seen))


@app.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of a config file."""
    import json

    from contagion.config.explain import schema as made

    print(json.dumps(made(), indent=2, ensure_ascii=False))


for _one in app.registered_commands:
    _one.short_help = inspect.getdoc(_one.callback)  # the list of commands cuts a sentence that is not its short form


def run_command() -> int:
    """Run the command line; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with exits():
        app()
    return 0
