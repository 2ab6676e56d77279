"""Echoes on the port of the first word, as a daemon that writes its process id to the file of the second."""

import os
import socket
import sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
ready, tell = os.pipe()
if os.fork() > 0:
    os.close(tell)
    os.read(ready, 1)
    os._exit(0)
os.setsid()
with open(sys.argv[2], "w") as file:
    file.write(str(os.getpid()))
null = os.open("/dev/null", os.O_RDWR)
for stream in range(3):
    os.dup2(null, stream)
os.close(tell)
os.close(ready)
while True:
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)
