"""Partition tasks as they run in production, in a world that is drawn from a seed: one seed is one run.

What is real: the partition task, opening and restoring, transactions, the intake, the clock rule, all decisions, codecs
and tables, and RocksDB underneath. What is simulated, all in one process and without a thread, a socket or a sleep:

- `virtual_loop`: an event loop whose time jumps to the next timer, and which takes what is ready in any order;
- `process`: which work belongs to which process; it stops between any two steps when its process is paused or killed;
- `log`, `broker`: partitions with control records and last stable offsets; epochs, fencing, transactions that time out,
  markers that come in any order; the offsets of the group;
- `network`, `clients`, `source`: requests that are late, lost, or never answered; runs that go astray;
- `disks`: what was written stays when a process dies; a disk may be lost, or come back as it was;
- `load`, `feeding`: a small shop, some of whose records are late, told twice, broken, or inside transactions of their
  own;
- `faults`: kills, zombies, rebalances beside the old owner, wrong clocks, wakes for nothing.

`world` puts a run together: first faults may happen (safety), then none does any more, and everything must be worked
within a bounded time (liveness). `invariants` says what must be true: every store is a prefix of the committed
changelog, whenever its process dies and at the end; offsets and clocks only go on, and the group ends where the rows
do; what was published is what an independent fold of the facts says, with sequences without gap, each id once, each
reward once; every broken record is set aside once; nobody who is punctual is ever taken for late.

Three worlds have more in their policies (`--world`): `journeying` journeys, whose steps are those of full knowledge,
each once; `budget_world` budgets and limits, never overspent, with nothing left to give back; `messaging` messages.

`ablations` takes one rule of the protocol out at a time; `test_ablations` holds, for each, a seed that then fails.

Not simulated: Faust's group membership and its consumer (see tests/kafka and tests/faults), freezes and control topics,
erasures, compaction.

`python -m tests.simulation --seed N` replays a run and tells what happens in it; `--without Fence` takes a rule out.
`make simulate-faults SEEDS=20000` looks further than the tests do.
"""
