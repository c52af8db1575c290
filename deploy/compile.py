"""`python deploy/compile.py`: the modules that every order passes through, compiled in place from the same source.

Everything else, and a machine without a C compiler, runs the source itself; what comes out is the same.
"""

import os
import shutil
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from mypyc.build import mypycify
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("agents", "app", "schemas", "tables")
SUFFIX: Final = sysconfig.get_config_var("EXT_SUFFIX")
COMPILED: Final = (
    "agents/decisions/*.py",
    "agents/customer_reading.py",
    "agents/customer_writing.py",
    "agents/envelope.py",
    "agents/entry_publishing.py",
    "agents/events.py",
    "agents/message_publishing.py",
    "agents/message_tallying.py",
    "agents/partition_work.py",
    "agents/publishing.py",
    "agents/reward_publishing.py",
    "agents/slices.py",
    "agents/step_publishing.py",
    "agents/tallying.py",
    "agents/work.py",
    "app/serving/gathering.py",
    "app/serving/indexing.py",
    "app/serving/keys.py",
    "app/serving/standings.py",
    "app/simulate/buckets.py",
    "app/simulate/fact_log.py",
    "app/simulate/flaps.py",
    "app/simulate/plain_facts.py",
    "app/simulate/side.py",
    "app/simulate/sizes.py",
    "app/simulate/sorting.py",
    "app/simulate/tally.py",
    "app/simulate/written.py",
    "schemas/checking.py",
    "schemas/customer_row.py",
    "schemas/decoding.py",
    "schemas/digests.py",
    "schemas/history.py",
    "schemas/instants.py",
    "schemas/newest_orders.py",
    "schemas/message_rules.py",
    "schemas/policy.py",
    "schemas/remembered_moves.py",
    "schemas/reward_occasions.py",
    "schemas/reward_rules.py",
    "schemas/rules_by_occasion.py",
    "schemas/scales.py",
    "schemas/when.py",
    "tables/batches.py",
    "tables/customer_codec.py",
    "tables/derived.py",
    "tables/draft.py",
    "tables/due_index.py",
    "tables/keys.py",
    "tables/partition_table.py",
    "tables/restoring.py",
    "tables/scanning.py",
    "tables/stored_customer.py",
    "tables/walking.py",
)
FILES: Final = "--files"
"""Makes a C file of every module: on two cores compiled in less than half the time, and a twentieth slower to run."""
INTERPRETED: Final = (
    "agents/decisions/moves.py",  # msgspec makes its structs itself: mypyc has nothing to add, and loses
    "agents/decisions/entries.py",
    "agents/decisions/message.py",
    "agents/decisions/occasions.py",  # what their classes say of themselves
    "agents/decisions/steps_taken.py",
    "agents/decisions/nothing_stored.py",  # fakes are made of it, and a compiled class takes no subclass
)


class SideBySide(build_ext):
    """Compiles the C files of an extension on all cores: one after another takes minutes."""

    def build_extension(self, ext: Extension) -> None:
        """Compile each file by itself, then link what has come of them."""
        compiler, sources = self.compiler, ext.sources
        options: dict[str, Any] = {
            "output_dir": self.build_temp,
            "include_dirs": ext.include_dirs,
            "depends": ext.depends,
        }
        options |= {"macros": ext.define_macros, "extra_postargs": ext.extra_compile_args}
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            made = list(cores.map(lambda source: compiler.compile([source], **options), sources))
        ext.sources, ext.extra_objects = [], [*ext.extra_objects, *(path for paths in made for path in paths)]
        super().build_extension(ext)


def main() -> int:
    """Compile all modules together, so that they call one another directly; 1 without a C compiler."""
    if _is_done():
        return 0
    compiler = str(sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        sys.stderr.write(f"error: no C compiler ({compiler}): Segue goes on running its source\n")
        return 1
    _remove()
    with tempfile.TemporaryDirectory(prefix="segue-compile-") as scratch:
        files = FILES in sys.argv
        cache = f"--cache-dir={scratch}/mypy"  # the type checker, which may run beside it, keeps its own
        extensions = mypycify(
            [cache, *_modules()], opt_level="3", debug_level="1", target_dir=scratch, multi_file=files
        )
        command = SideBySide(Distribution({"name": "segue", "ext_modules": extensions}))
        command.inplace, command.build_temp, command.build_lib = True, scratch, f"{scratch}/lib"
        command.ensure_finalized()
        command.run()
    return 0


def _remove() -> None:
    """Remove what was compiled before."""
    for folder in (ROOT, *(ROOT / name for name in PACKAGES)):
        for path in folder.glob(f"*{SUFFIX}") if folder == ROOT else folder.rglob(f"*{SUFFIX}"):
            path.unlink()


def _is_done() -> bool:
    """Tell whether every module is compiled, and no source is newer."""
    compiled = [ROOT / Path(module).with_suffix(SUFFIX) for module in _modules()]
    sources = [Path(__file__), *(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))]
    newest = max(path.stat().st_mtime for path in sources)
    return all(path.exists() and path.stat().st_mtime >= newest for path in compiled)


def _modules() -> list[str]:
    sources = sorted({path.relative_to(ROOT) for pattern in COMPILED for path in ROOT.glob(pattern)})
    return [str(path) for path in sources if path.name != "__init__.py" and str(path) not in INTERPRETED]


if __name__ == "__main__":
    sys.exit(main())
