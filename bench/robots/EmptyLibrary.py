"""As many keywords as CamundaLibrary has, which do nothing: what Robot Framework itself takes for them."""

from robot.api.deco import keyword, library


@library(scope="GLOBAL")
class EmptyLibrary:
    """Keywords that do nothing."""

    def get_keyword_names(self) -> list[str]:
        return [f"keyword_{number}" for number in range(12)]

    def __getattr__(self, name: str) -> object:
        if not name.startswith("keyword_"):
            raise AttributeError(name)
        return do_nothing


@keyword(tags=("Empty",))
def do_nothing(name: str, value: str | None = None) -> None:
    """Does nothing."""
