"""Words: the events in and out, the policy, the rows of state, the topics; imports no other package of Segue."""
