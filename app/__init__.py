"""Assembly: binds agents, tables and decisions to Faust and Kafka; the only package that imports them."""

from app.compiled import is_compiled

COMPILED = is_compiled()
