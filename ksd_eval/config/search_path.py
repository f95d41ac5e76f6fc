"""Where Hydra looks for the configuration of installed packages."""

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.plugins import Plugins
from hydra.plugins.search_path_plugin import SearchPathPlugin

from ksd_eval.extensions import GROUP, declared


class ConfSearchPath(SearchPathPlugin):
    """Adds the configuration of installed packages to Hydra's search path.

    Registered for this program only: a package in Hydra's own plug-in namespace would be imported
    by every Hydra program of the environment.
    """

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append a folder for each package that declares one."""
        for point in declared():
            search_path.append(provider=f"{GROUP}:{point.name}", path=f"pkg://{point.value}")


def register() -> None:
    """Tell Hydra of the search path above."""
    Plugins.instance().register(ConfSearchPath)
