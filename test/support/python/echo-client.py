"""A client on python3-websockets: echo-client.py URI SUBPROTOCOL BYTES. Sends random bytes and demands them back."""

import asyncio
import random
import sys

import websockets


async def main(uri, subprotocol, size):
    sent = random.Random(1).randbytes(size)
    async with websockets.connect(uri, subprotocols=[subprotocol], max_size=None) as connection:
        assert connection.subprotocol == subprotocol, connection.subprotocol
        await (await connection.ping(b"are you there?"))

        async def send():
            for at in range(0, size, 10_000):
                await connection.send(sent[at : at + 10_000])

        sending = asyncio.create_task(send())
        received = b""
        while len(received) < size:
            received += await connection.recv()
        await sending
        assert received == sent
        await connection.close(4000, "enough")
    assert connection.close_code == 4000, connection.close_code


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
