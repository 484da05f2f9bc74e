// SPDX-License-Identifier: MIT
//
//   node ws.mjs PORT [COUNT]     prints each message with the package ws, and
//                                leaves when the server closes, or after COUNT
import WebSocket from 'ws';
import { flush, print } from './lines.mjs';

let left = Number(process.argv[3] ?? Infinity);
const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/`, {
    perMessageDeflate: false,
});

function leave() {
    flush();
    process.exit(0);
}

socket.on('message', (data) => {
    print(data.toString());
    left -= 1;
    if (left === 0) {
        leave();
    }
});
socket.on('close', leave);
