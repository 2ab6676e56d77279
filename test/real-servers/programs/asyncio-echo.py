"""Echoes with asyncio streams. Usage: asyncio-echo.py PORT"""
import asyncio
import signal
import sys


async def serve(reader, writer):
    print("accepted %s:%d" % writer.get_extra_info("peername"))
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()
    print("ended")


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.close)
    await server.wait_closed()


asyncio.run(main())
