"""Prepares the replay: KIT DIRECTORY SERVERS FILTER.

Splits the kit's scenarios that hold a step of the filter over at most SERVERS servers, about the same number of steps
for each. DIRECTORY/1, DIRECTORY/2, ... get the kit's configuration with free ports and directories of their own
(config.json, ports) and the scenarios of this server (golden). Each scenario begins by emptying its server, so that
none depends on another.
"""

import json
import pathlib
import re
import socket
import sys

kit, directory, servers = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
wanted = re.compile(sys.argv[4])


def matches(scenario):
    from_replay = sys.modules["replay"].title
    return any(
        wanted.search("%s/%03d %s" % (scenario["name"], number, from_replay(step)))
        for number, step in enumerate(scenario["steps"], 1)
    )


sys.path.insert(0, str(kit))
sys.dont_write_bytecode = True
import replay  # noqa: E402 -- the kit tells the titles of the steps

steps = {}
for golden in sorted((kit / "golden").glob("*.json")):
    scenario = json.loads(golden.read_text())
    if matches(scenario):
        steps[golden] = len(scenario["steps"])
if not steps:
    sys.exit(f"conformance: no step matches {wanted.pattern}")

shares = [[] for _ in range(min(servers, len(steps)))]
for golden in sorted(steps, key=steps.get, reverse=True):
    min(shares, key=lambda share: sum(steps[one] for one in share)).append(golden)

held = []


def free_port():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    held.append(listener)
    return listener.getsockname()[1]


for number, share in enumerate(shares, 1):
    home = (directory / str(number)).resolve()
    (home / "golden").mkdir(parents=True)
    for golden in share:
        (home / "golden" / golden.name).symlink_to(golden.resolve())
    (home / "golden" / "blobs").symlink_to((kit / "golden" / "blobs").resolve())
    http_port, dicom_port, sink_port, ssh_port = (free_port() for _ in range(4))
    config = json.loads((kit / "orthanc-config.json").read_text())
    config["HttpPort"] = http_port
    config["DicomPort"] = dicom_port
    config["StorageDirectory"] = str(home / "storage")
    config["IndexDirectory"] = str(home / "storage")
    (home / "config.json").write_text(json.dumps(config, indent=2))
    (home / "ports").write_text(
        f"http_port={http_port}\ndicom_port={dicom_port}\nsink_port={sink_port}\nssh_port={ssh_port}\n"
    )
for listener in held:
    listener.close()
