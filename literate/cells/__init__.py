"""What the cells of a chapter may import besides the package.

Nothing here imports anything of ours: a notebook that stands alone carries this very code.
"""

from literate.cells.in_pytorch import GPTInPyTorch
from literate.cells.measure import seconds, where
from literate.cells.play import slider, steps
from literate.cells.reopen import reopen
from literate.cells.side_by_side import SideBySide
from literate.cells.trained import trained

__all__ = ["GPTInPyTorch", "SideBySide", "reopen", "seconds", "slider", "steps", "trained", "where"]
