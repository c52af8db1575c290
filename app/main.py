"""The application as `faust -A app.main` finds it."""

from app.assembly import build_app
from app.settings import Settings

app = build_app(Settings())
