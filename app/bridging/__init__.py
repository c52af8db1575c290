"""`segue bridge`: records of shops and trackers in, facts on the input topics out, exactly once."""
