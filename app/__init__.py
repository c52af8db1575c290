"""Assembly: binds agents, tables and decisions to Faust and Kafka; the only package that imports them."""
