"""Echoes on the port of the first word, as a daemon that writes the id of the thread that does so to the file of the second.
With a third word the daemon's first thread ends before that."""

import ctypes
import os
import socket
import sys
import threading

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
ready, tell = os.pipe()
if os.fork() > 0:
    os.close(tell)
    os.read(ready, 1)
    os._exit(0)
os.setsid()
null = os.open("/dev/null", os.O_RDWR)
for stream in range(3):
    os.dup2(null, stream)


def serve():
    with open(sys.argv[2], "w") as file:
        file.write(str(threading.get_native_id()))
    os.close(tell)
    os.close(ready)
    while True:
        connection, _ = listener.accept()
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)


def is_zombie(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "Z"


def serve_alone():
    while not is_zombie(os.getpid()):
        os.sched_yield()
    serve()


if len(sys.argv) > 3:
    threading.Thread(target=serve_alone).start()
    ctypes.CDLL(None).pthread_exit(None)
serve()
