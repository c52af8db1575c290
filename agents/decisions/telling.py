"""What a timeline comes upon in; all that is told of a customer, in order, and what reward rules have to see, out."""

from mypy_extensions import mypyc_attr

from agents.decisions.moves import Brink, BrinkCleared, Move, Publication, ScoreChange
from schemas.transitions import Cause


@mypyc_attr(acyclic=True)
class Telling:
    """Collects what is told of one customer, until somebody takes it."""

    __slots__ = ("announced", "numbered", "quiet", "recaused", "told", "unrewarded")

    def __init__(self) -> None:
        self.told: list[Publication] = []
        """Everything in the order in which it is told."""
        self.announced: list[Brink | BrinkCleared | ScoreChange] = []
        """Of what else was told, or would be, what reward rules wait for and none has seen."""
        self.unrewarded: list[Move] = []
        """The moves that no reward rule has seen."""
        self.recaused: list[tuple[Move, Cause]] = []
        """Published moves that stand, of which a late fact (the cause beside each) may have changed the cause."""
        self.numbered: list[tuple[int, int, Cause]] = []
        """Instant, number and cause, where as many of her orders as a rule waits for came to count."""
        self.quiet = False
        """Whether a stretch is lived once more: nothing is announced in it, and moves get no number."""

    def tell(self, move: Move) -> None:
        """Tell a move, or while all is quiet only take it down."""
        self.unrewarded.append(move)
        if not self.quiet:
            self.told.append(move)

    def end_quiet(self) -> list[Move]:
        """Be where the row had come to before; gives the moves of the stretch, which are not told yet."""
        self.quiet = False
        moves, self.unrewarded = self.unrewarded, []
        return moves
