"""Tells each client, and standard output, the address that it is seen to have: whole, as getpeername has it."""

import socket
import sys

listener = socket.socket(socket.AF_INET6)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("::", int(sys.argv[1])))
listener.listen()
print("listening", flush=True)
while True:
    client, address = listener.accept()
    assert client.getpeername() == address
    host, port, _, scope = address
    print(f"accepted {host} {port} {scope}", flush=True)
    client.sendall(b"seen")
    client.close()
