"""The page on publishing: its lines run as they are printed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.docs.test_methodology import ROOT
from tests.servers import serving
from tests.services.test_publications import incident
from tests.worlds import World

PAGE = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")


def test_the_steps_of_the_page_publish_and_retract(sqlite_world: World, tmp_path: Path) -> None:
    (script,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    bash = shutil.which("bash")
    assert bash is not None, "the page is written for it"
    world = sqlite_world
    id = incident(world)
    with serving(world.url) as address:
        done = subprocess.run(
            [bash, "-euo", "pipefail", "-c", script.replace('"$SERVICE', '--fail "$SERVICE')],
            cwd=tmp_path,
            env={
                **os.environ,
                "SERVICE": address,
                "INCIDENT": id,
                "PROPOSER": world.tokens["reviewer"],
                "PUBLISHER": world.tokens["publisher"],
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    decoder, answers, text = json.JSONDecoder(), [], done.stdout
    while text:
        found, end = decoder.raw_decode(text)
        answers.append(found)
        text = text[end:].lstrip()
    preview, published, public, statistics, retracted = answers
    assert preview["published"] is None
    assert (published["state"], public["state"], retracted["state"]) == (
        "published",
        "published",
        "retracted",
    )
    assert statistics["total"]["low"] == 33
