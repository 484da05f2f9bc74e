# SPDX-License-Identifier: MIT
"""websockets_peer.py PORT: prints each message with the package websockets."""
import asyncio
import sys

import websockets


async def main():
    url = f"ws://127.0.0.1:{sys.argv[1]}/"
    async with websockets.connect(url, compression=None) as socket:
        async for message in socket:
            sys.stdout.write(message + "\n")


asyncio.run(main())
