"""Listens, accepts nobody, and keeps its queue full: the kernel answers no further client."""
import signal
import socket

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
port = server.getsockname()[1]
queued = []
while True:
    client = socket.socket()
    client.settimeout(0.2)
    try:
        client.connect(("127.0.0.1", port))
    except TimeoutError:
        break
    queued.append(client)
print("ready", port)
signal.pause()
