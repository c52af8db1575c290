"""A record and a mapping in; the facts that it becomes, some still without customer, or why it becomes none, out."""

from dataclasses import dataclass
from typing import Any, Final

from agents.run import Record
from app.bridging.document import Amount, FromOrder, Mapping, Rule, derived_from, is_required
from app.bridging.selecting import Unmapped, money, picked, select, text, view
from schemas.rejections import Rejected

_TEXTS: Final = {"event_id", "customer_id", "order_id", "refund_id", "referred_id", "reward_id"}


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as it stands on the wire, but for its customer where that is to come from its order."""

    fields: dict[str, Any]
    timestamp: int
    """Of the record that it is from (epoch ms): a fact may be hardly ahead of its record."""

    @property
    def customer(self) -> str | None:
        """Whose it is; None while it is not known."""
        found: str | None = self.fields.get("customer_id")
        return found

    @property
    def order(self) -> str | None:
        """The order that it names."""
        found: str | None = self.fields.get("order_id")
        return found

    def of(self, customer: str, since: int = 0) -> "Told":
        """Give the fact with its customer, who has been known since an instant (epoch ms)."""
        return Told(self.fields | {"customer_id": customer}, max(self.timestamp, since))


def translate(record: Record, mapping: Mapping) -> list[Told] | Rejected:
    """Translate one record by every rule that matches, up to one that says to ignore it: all of it or nothing."""
    try:
        seen = view(record)
        facts: list[Told] = []
        rule = None
        for rule in (one for one in mapping.rules if _matches(one, seen)):
            if rule.type is None:
                break
            facts += [_fact(rule, rule.type, one, record.timestamp) for one in _each(rule, seen)]
    except Unmapped as unmapped:
        return unmapped.rejected
    return Rejected("unknown_type", "$", "No rule of the mapping matches") if rule is None else facts


def _matches(rule: Rule, seen: dict[str, Any]) -> bool:
    named = all(
        any(isinstance(found, str | int) and str(found) in texts for found in select(seen, path))
        for path, texts in rule.when.items()
    )
    return named and not any(select(seen, path) for path in rule.lacks)


def _each(rule: Rule, seen: dict[str, Any]) -> list[dict[str, Any]]:
    return [seen] if rule.each is None else [{**seen, "each": one} for one in select(seen, rule.each)]


def _fact(rule: Rule, fact_type: str, seen: dict[str, Any], timestamp: int) -> Told:
    fields: dict[str, Any] = {"type": fact_type}
    for name, spec in rule.fields.items():
        if isinstance(spec, FromOrder):
            continue
        value = money(seen, spec) if isinstance(spec, Amount) else picked(seen, spec)
        if value is not None:
            fields[name] = text(value, f"$.{name}") if name in _TEXTS else value
        elif is_required(fact_type, name) or (rule.joined and name == "order_id"):
            raise Unmapped("missing_field", f"$.{name}", "Nothing is selected for a field that is required")
    source = derived_from(fact_type)
    if source is not None and "event_id" not in fields:
        fields["event_id"] = f"{fact_type}-{fields[source]}"
    return Told(fields, timestamp)
