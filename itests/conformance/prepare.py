"""Takes the kit's configuration and gives it free ports and directories of its own: CONFIG DIRECTORY."""

import json
import pathlib
import socket
import sys

source, directory = sys.argv[1], pathlib.Path(sys.argv[2])
held = []
for _ in range(3):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    held.append(listener)
http_port, dicom_port, sink_port = (listener.getsockname()[1] for listener in held)
for listener in held:
    listener.close()

config = json.loads(pathlib.Path(source).read_text())
config["HttpPort"] = http_port
config["DicomPort"] = dicom_port
config["StorageDirectory"] = str(directory / "storage")
config["IndexDirectory"] = str(directory / "storage")
(directory / "config.json").write_text(json.dumps(config, indent=2))
(directory / "ports").write_text(f"http_port={http_port}\ndicom_port={dicom_port}\nsink_port={sink_port}\n")
