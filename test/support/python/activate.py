"""Executes a command with a listening socket as descriptor 3, in the manner of systemd (sd_listen_fds(3))."""
import os
import socket
import sys

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
os.dup2(server.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[1], sys.argv[1:])
