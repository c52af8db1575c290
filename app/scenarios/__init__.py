"""Scenarios that a marketer writes: what customers do, and what a policy is to make of it."""
