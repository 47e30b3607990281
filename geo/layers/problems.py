"""What can be wrong with a file as a whole."""

from __future__ import annotations

from geo.problems import Problem


class UnreadableLayer(Problem):
    """The file cannot be read as it is; ``code`` says why, the message what to do."""

    status, title = 422, "No se pudo leer el archivo"

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
