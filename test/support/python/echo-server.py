"""An echo server on python3-websockets, to check the test client against. Prints "ready PORT"."""

import asyncio

import websockets


async def echo(connection):
    async for message in connection:
        await connection.send(message)


async def main():
    options = {"compression": None, "max_size": None, "subprotocols": ["binary", "base64"]}
    async with websockets.serve(echo, "127.0.0.1", 0, **options) as server:
        print("ready", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
