"""A network whose members write about people and places that do not exist, for reviews of more than a few spans."""

from pathlib import Path

from tests.network import Network
from tests.releases import release

NAMES = ("Maria Gonzalez", "Tom Becker", "Yuki Tanaka", "Leila Rahimi", "Pavel Novak", "Grace Mensah", "Omar Siddiqui")
TOWNS = ("Chicago", "Denver", "Boston", "Seattle", "Austin", "Phoenix", "Atlanta")


def talkative() -> Network:
    """Ada writes seven posts that name somebody else, a town and an address, and Ben one about a product."""
    made = Network()
    first = made.posts[0]
    for number, (name, town) in enumerate(zip(NAMES, TOWNS, strict=True)):
        mail = f"{name.split()[0].lower()}@example.org"
        text = f"Yesterday we met {name} in {town}, who asked for the slides by mail to {mail} before Friday 😀."
        made.posts.append(first | {"post_id": f"p-{number}", "text": text})
    made.posts.append(
        made.posts[1] | {"post_id": "p-product", "text": "The Tarkwood team of Okafor released Quillmark today."}
    )
    return made


def build_talkative(folder: Path) -> Path:
    """Write the network into a folder and build it; the config."""
    config = talkative().write(folder)
    release(config)
    return config
