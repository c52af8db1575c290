"""A customer and the policy in; the time zone of her clock and calendar out."""

from agents.decisions.customer import Customer
from schemas.policy import Policy

UTC = "Etc/UTC"
"""The time zone of a policy that names none."""


def zone_of(customer: Customer, policy: Policy) -> str:
    """Give the zone that her profile names, else that of the policy."""
    profile = customer.profile
    return (profile.timezone if profile is not None else None) or policy.timezone or UTC
