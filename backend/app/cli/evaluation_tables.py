"""The figures of an evaluation as tables that a newcomer understands."""

from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from app.evaluation.costs import COSTS, Mistake
from app.evaluation.goals import GOALS
from app.evaluation.measures import ClassScore, Scores
from app.evaluation.report import NO, YES, Report


def print_report(found: Report, console: Console, *, over: str) -> None:
    console.print(f"[bold]{found.engine}[/] over {over}: {found.messages} messages\n", highlight=False)
    tables = (_main(found), _goals(found), _categories(found.category), _costs(found))
    for table in (*tables, _confidence(found), _spending(found)):
        console.print(table)
        console.print()


def print_comparison(found: Sequence[Report], console: Console, *, over: str) -> None:
    """The same figures of several engines side by side."""
    console.print(f"{len(found)} engines over {over}: {found[0].messages} messages\n", highlight=False)
    table = _table("How well they do", "", *(one.engine for one in found))
    for name, figures in _COMPARED.items():
        table.add_row(name, *(figures(one) for one in found))
    console.print(table)


def _main(found: Report) -> Table:
    table = _table("How well it does", "", "figure", "what it means")
    for row in (*_judgement(found), *_safety(found)):
        table.add_row(*row)
    return table


def _judgement(found: Report) -> list[tuple[str, str, str]]:
    reply, bulk = found.needs_reply.classes, found.bulk.classes
    dates = found.deadlines
    return [
        ("category", f"{found.category.macro_f1:.1%}", "macro-F1: every category counts the same"),
        ("", f"{found.category.accuracy:.1%}", "of the messages got the right category"),
        ("needs a reply", _f1(found.needs_reply), "F1 of saying that somebody waits for an answer"),
        ("", _of(reply, YES, "recall"), "of those that need one were found"),
        ("", _of(reply, YES, "precision"), "of those said to need one really do"),
        ("", _of(reply, NO, "recall"), "of those that need none were left in peace"),
        ("must be answered", f"{found.must_reply_recall:.1%}", f"of {found.must_reply}, where silence hurts, found"),
        ("bulk or automatic", _of(bulk, YES, "recall"), "of it was recognised"),
        ("", _of(bulk, YES, "precision"), "of what it takes for bulk is bulk"),
        ("deadline", f"{dates.exact:.1%}", f"of {dates.labelled} deadlines: the very day"),
        ("", f"{dates.some_found:.1%}", "of them: any day at all"),
        ("", str(dates.invented), "messages without one were given one"),
        ("urgency", f"{found.urgency.macro_f1:.1%}", "macro-F1 of low, normal and high"),
    ]


def _safety(found: Report) -> list[tuple[str, str, str]]:
    attacks, away = found.attacks, found.archiving
    return [
        ("attacks", f"{attacks.recognised:.1%}", f"of {attacks.count} were recognised"),
        ("", str(attacks.replies_drafted), "of them had a reply prepared, which waits for the person"),
        ("", _none(len(attacks.put_to_harm)), "of them made something happen unasked that the rules forbid"),
        ("put away", f"{away.reached:.1%}", "of what may be put away is put away or proposed to be"),
        ("", _none(len(away.proposed)), f"of {away.may_not} that may not be put away were proposed to be"),
        ("", _none(len(away.precious)), "of these are security alerts or personal mail"),
        ("", _none(len(away.unasked)), "of these would be put away unasked, with everything switched on"),
        ("cost of mistakes", f"{found.cost_per_message:.2f}", "per message; 1 is one needless interruption"),
    ]


_MET: Final = {True: "[green]met[/]", False: "[yellow]not met[/]", None: "not known: the labels do not say"}


def _goals(found: Report) -> Table:
    table = _table("Goals, for mail that nobody tuned on", "", "goal", "figure", "")
    for goal in GOALS:
        figure, bound = goal.figure(found), f"at {'most' if goal.at_most else 'least'} {goal.bound:g}"
        table.add_row(goal.what, bound, "–" if figure is None else f"{figure:.3g}", _MET[goal.is_met(found)])
    return table


def _categories(category: Scores) -> Table:
    table = _table("Categories", "category", "messages", "recall", "precision", "F1")
    for name, one in category.classes.items():
        figures = (f"{one.recall:.0%}", f"{one.precision:.0%}", f"{one.f1:.0%}") if one.count else ("", "0%", "")
        table.add_row(name.replace("_", " "), str(one.count), *figures)
    return table


def _costs(found: Report) -> Table:
    table = _table("Mistakes, dearest first", "mistake", "times", "each costs", "together")
    for mistake in sorted(Mistake, key=lambda one: -COSTS[one]):
        times = found.mistakes[mistake.value]
        table.add_row(mistake.value, str(times), f"{COSTS[mistake]:g}", f"{times * COSTS[mistake]:g}")
    return table


def _confidence(found: Report) -> Table:
    said = ", ".join(f"{share:.0%} at {error} wrong" for error, share in found.automatable.items())
    table = _table("Does its confidence mean something?", "messages", "it was so sure", "so many were right")
    for one in found.reliability:
        table.add_row(str(one.count), f"{one.confidence:.0%}", f"{one.right:.0%}")
    table.caption = f"Calibration error {found.calibration_error:.1%}. Could be left to it, the surest first: {said}."
    table.caption_justify = "left"
    return table


def _spending(found: Report) -> Table:
    one = found.spending
    table = _table("What it takes", "", "")
    table.show_header = False
    table.add_row("model calls per mail", f"{one.calls_per_mail:.2f}")
    table.add_row("tokens per thousand mails", f"{one.tokens_per_thousand:,.0f}")
    table.add_row("money per thousand mails", _dollars(found))
    table.add_row("time per mail, from raw mail to decision", f"{one.milliseconds:.1f} ms")
    table.add_row("99 of 100 mails take less than", f"{one.slowest_percent:.1f} ms")
    if found.unreadable:
        table.add_row("could not be read, and would be put aside", str(found.unreadable))
    return table


def _dollars(found: Report) -> str:
    dollars = found.spending.dollars_per_thousand
    return "the price is not known" if dollars is None else f"${dollars:.2f}"


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", title_style="bold")


def _f1(found: Scores) -> str:
    yes = found.classes.get(YES)
    return f"{yes.f1:.1%}" if yes else "–"


def _of(classes: dict[str, ClassScore], name: str, figure: str) -> str:
    one = classes.get(name)
    return f"{getattr(one, figure):.1%}" if one else "–"


def _none(count: int) -> str:
    return "[green]none[/]" if count == 0 else f"[bold red]{count}[/]"


_COMPARED: Final[dict[str, Callable[[Report], str]]] = {
    "category, macro-F1": lambda one: f"{one.category.macro_f1:.1%}",
    "needs a reply, F1": lambda one: _f1(one.needs_reply),
    "must be answered, found": lambda one: f"{one.must_reply_recall:.1%}",
    "bulk or automatic, found": lambda one: _of(one.bulk.classes, YES, "recall"),
    "deadline, the very day": lambda one: f"{one.deadlines.exact:.1%}",
    "urgency, macro-F1": lambda one: f"{one.urgency.macro_f1:.1%}",
    "attacks recognised": lambda one: f"{one.attacks.recognised:.1%}",
    "attacks that made something happen unasked": lambda one: _none(len(one.attacks.put_to_harm)),
    "wrongly put away unasked": lambda one: _none(len(one.archiving.unasked)),
    "cost of mistakes per message": lambda one: f"{one.cost_per_message:.2f}",
    "calibration error": lambda one: f"{one.calibration_error:.1%}",
    "model calls per mail": lambda one: f"{one.spending.calls_per_mail:.2f}",
    "tokens per thousand mails": lambda one: f"{one.spending.tokens_per_thousand:,.0f}",
    "money per thousand mails": _dollars,
    "milliseconds per mail": lambda one: f"{one.spending.milliseconds:.1f}",
}
