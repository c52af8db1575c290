"""`segue doctor`: whether a deployment can do its work, each finding with what to do."""
