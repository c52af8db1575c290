"""`segue policy`: a policy before it runs: its language, what is proven of it, in what two differ."""

import sys
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from app.clear_errors import clear_errors
from app.printing import print_object
from schemas.policy_file import PolicyError, load_document, policy_text

if TYPE_CHECKING:
    from schemas.policy_document import PolicyDocument

DIFFERENCES = 3

policy = typer.Typer(
    help="Policies: the language, one looked through, two compared, one put in force.", no_args_is_help=True
)

Named = Annotated[str, typer.Argument(metavar="POLICY", help="A .yaml file, or the name of a pack: seed, klaviyo ...")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@policy.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of policies: editors complete and explain every key by it."""
    from schemas.policy_schema import policy_schema  # noqa: PLC0415  # keeps other commands quick to start

    sys.stdout.write(orjson.dumps(policy_schema(), option=orjson.OPT_INDENT_2).decode() + "\n")


@policy.command("lint")
def lint_policy(name: Named, *, as_json: AsJson = False) -> None:
    """Prove that everyone has one segment, print every decay path, warn of what is odd; mistakes exit with 1."""
    from app.policies.linting import lint  # noqa: PLC0415  # as above
    from app.policies.wording import lint_in_words  # noqa: PLC0415  # as above

    with clear_errors():
        found = lint(*policy_text(name))
    if as_json:
        told = found._asdict() | {
            "decay": [{"steps": [step._asdict() for step in path.steps], "who": path.who} for path in found.decay]
        }
        print_object(told)
        return
    sys.stdout.writelines(line + "\n" for line in lint_in_words(found))


@policy.command("diff")
def diff_policies(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A .yaml file, or the name of a pack.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="What it is compared with.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say in what two policies differ: thresholds, cells that move, rules, rewards; exit code 3 if they do."""
    from app.policies.differing import differences  # noqa: PLC0415  # as above
    from app.policies.wording import difference_in_words  # noqa: PLC0415  # as above

    with clear_errors():
        found = differences(*_both(before, after))
    if as_json:
        told = {"differences": [change._asdict() for change in found]}
        print_object(told)
    else:
        sys.stdout.writelines(difference_in_words(change) + "\n" for change in found)
    raise typer.Exit(DIFFERENCES if found else 0)


def _both(before: str, after: str) -> "tuple[PolicyDocument, PolicyDocument]":
    """Read two documents; the mistakes of both come at once."""
    documents, mistakes = [], []
    for name in (before, after):
        try:
            documents.append(load_document(name))
        except PolicyError as error:
            mistakes += error.mistakes
    if mistakes:
        raise PolicyError(mistakes)
    return documents[0], documents[1]
