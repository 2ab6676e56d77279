"""Sends as many POST requests as the second word says at once to the port of the first, and counts what is answered."""

import asyncio
import collections
import sys

REQUEST = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\nContent-Length: 4\r\n\r\nINCR"


async def post():
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    writer.write(REQUEST)
    answer = await reader.read(12)
    writer.close()
    return answer.decode("latin1")


async def main():
    answers = await asyncio.gather(*[post() for _ in range(int(sys.argv[2]))])
    for answer, count in collections.Counter(answers).items():
        print(count, answer)


asyncio.run(main())
