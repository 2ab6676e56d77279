#!/bin/sh
# A conversation on standard input and output: "hello NAME", "where" tells TCPREMOTEIP of tcpserver, "quit".
echo "ready, pid $$"
while read -r word rest; do
  case $word in
    hello) echo "hello, $rest" ;;
    where) printf '%s:%s\n' "$TCPREMOTEIP" "$TCPREMOTEPORT" ;;
    many) seq "$rest" ;;
    *) break ;;
  esac
done
echo bye
