"""Executes a command with a socket as descriptor 3, in the manner of systemd (sd_listen_fds(3)): one that listens, or with
--datagrams one of UDP."""
import os
import socket
import sys

datagrams = sys.argv[1] == "--datagrams"
command = sys.argv[2:] if datagrams else sys.argv[1:]
server = socket.socket(type=socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM)
server.bind(("127.0.0.1", 0))
if not datagrams:
    server.listen()
os.dup2(server.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(command[0], command)
