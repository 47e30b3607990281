"""Settings of the one program, read from the environment.

Without ``DATABASE_URL`` the program runs in its *embedded* mode: ``bin/run`` keeps a private
PostgreSQL and Redis under ``var/`` and leaves their addresses in ``var/embedded.env``. With it,
nothing has a default that is a secret, and ``backend.config.checks`` names what is missing.

``program`` says what it is made of, ``stores`` where things are kept, ``safety`` who may come in, ``office``
what a city hall sets as it likes.
"""

from backend.config.settings.environment import *  # noqa: F403
from backend.config.settings.office import *  # noqa: F403
from backend.config.settings.program import *  # noqa: F403
from backend.config.settings.safety import *  # noqa: F403
from backend.config.settings.stores import *  # noqa: F403
