"""Policies of a few lines, as a marketer writes them; the decisions are tried on these by hand."""

from schemas.policy import Policy
from schemas.policy_file import parse_policy

HEAD = "version: 1\nid: small\ncurrency: GBP\n"
LADDER = """\
scores: {recency: {within: [30d, 60d]}}
segments: [{id: fresh, cells: ["3"]}, {id: fading, cells: ["2"]}, {id: gone, cells: ["1"]}]
"""
"""Silence alone moves: after 30 days and a millisecond, after 60 and one."""
SPENT = """\
segments: [{id: big, when: {monetary: {min: 100.00}}}, {id: middle, when: {monetary: {min: 10.00}}}, {id: small, otherwise: true}]
"""  # noqa: E501  # a line of a policy
"""Money alone moves."""


def small(text: str, more: str = "") -> Policy:
    """Write a policy of these lines."""
    return parse_policy(HEAD + more + text, "small.yaml")


def by_rule(when: str, more: str = "") -> Policy:
    """Write a policy in which a condition on measures tells `in` from `out`."""
    return small(f"segments: [{{id: in, when: {{{when}}}}}, {{id: out, otherwise: true}}]\n", more)
