"""Prints each datagram that comes to a Unix socket; its lines are joined by |."""
import socket
import sys

path = sys.argv[1]
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("\0" + path[1:] if path.startswith("@") else path)
print("ready")
while True:
    print(server.recv(65536).decode().replace("\n", "|"))
