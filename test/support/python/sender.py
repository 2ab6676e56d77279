"""Sends some bytes to the first client, and then waits to be killed."""
import signal
import socket

BYTES = 1 << 20
server = socket.create_server(("127.0.0.1", 0))
print("ready", server.getsockname()[1], BYTES)
client, _ = server.accept()
client.sendall((b"wsproxy" * (BYTES // 7 + 1))[:BYTES])
print("sent")
signal.pause()
