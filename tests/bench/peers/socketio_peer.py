# SPDX-License-Identifier: MIT
"""socketio_peer.py PORT: prints the first argument of each event "m" with the
package socketio, over a WebSocket, until it is disconnected."""
import asyncio
import sys

import socketio


async def main():
    client = socketio.AsyncClient(reconnection=False)

    @client.on("m")
    async def on_event(first, *_):
        sys.stdout.write(first + "\n")

    await client.connect(f"http://127.0.0.1:{sys.argv[1]}",
                         transports=["websocket"])
    await client.wait()


asyncio.run(main())
