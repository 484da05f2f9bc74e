// SPDX-License-Identifier: MIT
//
//   node client.mjs client4|client2 PORT     prints the first argument of each
//                                            event "m" with socket.io-client
//                                            of that major, until it is
//                                            disconnected
// Printing the event as JSON again would cost it more.
import { flush, print } from './lines.mjs';

const { io, default: main } = await import(process.argv[2]);
const socket = (io ?? main)(`http://127.0.0.1:${process.argv[3]}`, {
    transports: ['websocket'],
    reconnection: false,
});

socket.on('m', (first) => {
    print(first);
});
socket.on('disconnect', () => {
    flush();
    process.exit(0);
});
