// SPDX-License-Identifier: MIT
//
//   node ws.mjs PORT [COUNT|tls|deflate]
//
// Prints each message with the package ws, and leaves when the server closes,
// or after COUNT; over TLS without checks, or with permessage-deflate.
import WebSocket from 'ws';
import { flush, print } from './lines.mjs';

const [, , port, how] = process.argv;
let left = Number(how) > 0 ? Number(how) : Infinity;
const scheme = how === 'tls' ? 'wss' : 'ws';
const socket = new WebSocket(`${scheme}://127.0.0.1:${port}/`, {
    perMessageDeflate: how === 'deflate',
    rejectUnauthorized: false,
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
