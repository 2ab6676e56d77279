"""Echoes on the port given, in a process that has forgotten where it came from: a daemon without descriptors but its listener,
in another root, as another user. Says on its standard output what it sees of each client, in itself and in a child."""

import os
import socket
import sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
if os.fork() > 0:
    os.wait()
    os._exit(0)
os.setsid()
os.closerange(3, listener.fileno())
os.closerange(listener.fileno() + 1, 65536)
if os.geteuid() == 0:
    os.chroot("/proc/self/fdinfo")
    os.setgid(65534)
    os.setuid(65534)


def say(*words):
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def serve(connection, peer):
    say("accept", peer[1])
    say("peer", connection.getpeername()[1])
    say("local", connection.getsockname()[1])
    child = os.fork()
    if child == 0:
        say("child", connection.getpeername()[1])
        os._exit(0)
    os.waitpid(child, 0)
    while data := connection.recv(65536):
        connection.sendall(data)
    say("end")


say("ready", os.getpid())
while True:
    connection, peer = listener.accept()
    if os.fork() == 0:
        serve(connection, peer)
        os._exit(0)
    connection.close()
