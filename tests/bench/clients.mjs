// SPDX-License-Identifier: MIT
//
// What is measured, and against what: the clients by the feed they read, and
// the targets. A client's command is given the port; `lines: false` says that
// it does not print a line for each message, `pipe` that it writes to a pipe
// instead of /dev/null, `missing` why it cannot be run here.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const HERE = import.meta.dirname;
const BUILD = process.env.BUILD ?? 'build';

export const tool = (name) => path.join(BUILD, 'bench', name);
const peer = (name) => path.join(HERE, 'peers', name);

const PYTHON = ['python3', '/usr/bin/python3'].find(
    (name) => spawnSync(name, ['-c', 'import websockets']).status === 0);
const BEAST = fs.existsSync(tool('beast'));

export function limit(mode) {
    return (port) => [tool('limit'), port, mode];
}

export function sockfeed(...options) {
    const url = options.includes('--eio') ? 'http' : 'ws';

    return (port) => [path.join(BUILD, 'sockfeed'), '-q', '--reconnect',
        'never', ...options, `${url}://127.0.0.1:${port}`];
}

export const nodeWs = (port, ...count) =>
    [process.execPath, peer('ws.mjs'), port, ...count];

function socketIo(name) {
    return (port) => [process.execPath, peer('client.mjs'), name, port];
}

const beast = {
    name: 'Boost.Beast, blocking',
    command: (port) => [tool('beast'), port],
    missing: BEAST ? undefined : 'not installed (libboost-dev)',
};
const python = {
    name: 'websockets (Python)',
    command: (port) => [PYTHON, peer('websockets_peer.py'), port],
    missing: PYTHON ? undefined : 'not installed (python3-websockets)',
};

// The limit of Socket.IO reads the frames of revision 3, which are the same
// bytes: there the server speaks first, and it need not join anything.
export const groups = [
    {
        feed: 'WebSocket, 200 bytes', kind: 'ws', size: 200, id: 'ws',
        clients: [
            { id: 'limit', name: '`limit split`', command: limit('split'),
              lines: false },
            { id: 'write', name: '`limit write`, to a pipe',
              command: limit('write'), pipe: true },
            { id: 'raw', name: '`-o raw`', command: sockfeed('-o', 'raw') },
            { id: 'pipe', name: '`-o raw`, to a pipe', pipe: true,
              command: sockfeed('-o', 'raw') },
            { id: 'json', name: '`-o json`', command: sockfeed('-o', 'json') },
            { id: 'envelope', name: '`-o envelope`',
              command: sockfeed('-o', 'envelope') },
            { id: 'match', name: '`-o json --match BTCUSDT`',
              command: sockfeed('-o', 'json', '--match', 'BTCUSDT') },
            { id: 'where', name: "`-o json --where '/b >= 0'`",
              command: sockfeed('-o', 'json', '--where', '/b >= 0') },
            { id: 'select', name: '`--select /s,/p`',
              command: sockfeed('--select', '/s,/p') },
            { id: 'beast', ...beast },
            { id: 'node', name: '`ws` (Node.js)', command: nodeWs },
            { id: 'python', ...python },
        ],
    },
    {
        feed: 'Socket.IO, 200 bytes', kind: 'sio4', size: 200, id: 'sio',
        clients: [
            { id: 'limit', name: '`limit split`', kind: 'sio3',
              command: limit('split'), lines: false },
            { id: 'write', name: '`limit write`, to a pipe', kind: 'sio3',
              command: limit('write'), pipe: true },
            { id: 'raw', name: '`-o raw`',
              command: sockfeed('--eio', '4', '-o', 'raw') },
            { id: 'pipe', name: '`-o raw`, to a pipe', pipe: true,
              command: sockfeed('--eio', '4', '-o', 'raw') },
            { id: 'json', name: '`-o json`',
              command: sockfeed('--eio', '4', '-o', 'json') },
            { id: 'json3', name: '`-o json`, revision 3', kind: 'sio3',
              command: sockfeed('--eio', '3', '-o', 'json') },
            { id: 'data', name: '`-o data`',
              command: sockfeed('--eio', '4', '-o', 'data') },
            { id: 'envelope', name: '`-o envelope`',
              command: sockfeed('--eio', '4', '-o', 'envelope') },
            { id: 'event', name: "`-o json -E 'm*'`",
              command: sockfeed('--eio', '4', '-o', 'json', '-E', 'm*') },
            { id: 'match', name: '`-o json --match CCCAGG`',
              command: sockfeed('--eio', '4', '-o', 'json', '--match',
                                'CCCAGG') },
            { id: 'client4', name: '`socket.io-client` 4.8',
              command: socketIo('client4') },
            { id: 'client2', name: '`socket.io-client` 2.5', kind: 'sio3',
              command: socketIo('client2') },
        ],
    },
    {
        feed: 'WebSocket, 4096 bytes', kind: 'ws', size: 4096, id: 'ws4096',
        clients: [
            { id: 'limit', name: '`limit split`', command: limit('split'),
              lines: false },
            { id: 'write', name: '`limit write`, to a pipe',
              command: limit('write'), pipe: true },
            { id: 'raw', name: '`-o raw`', command: sockfeed('-o', 'raw') },
            { id: 'pipe', name: '`-o raw`, to a pipe', pipe: true,
              command: sockfeed('-o', 'raw') },
            { id: 'json', name: '`-o json`', command: sockfeed('-o', 'json') },
            { id: 'beast', ...beast },
            { id: 'node', name: '`ws` (Node.js)', command: nodeWs },
        ],
    },
    {
        feed: 'Socket.IO, 4096 bytes', kind: 'sio4', size: 4096, id: 'sio4096',
        clients: [
            { id: 'limit', name: '`limit split`', kind: 'sio3',
              command: limit('split'), lines: false },
            { id: 'raw', name: '`-o raw`',
              command: sockfeed('--eio', '4', '-o', 'raw') },
            { id: 'json', name: '`-o json`',
              command: sockfeed('--eio', '4', '-o', 'json') },
            { id: 'client4', name: '`socket.io-client` 4.8',
              command: socketIo('client4') },
        ],
    },
];

// [group, client, target, of which client of the group]: at most so many times
// the other, or with `plus` so many ns more.
export const targets = [
    ['ws', 'raw', { times: 1.3 }, 'limit'],
    ['ws', 'pipe', { times: 1 }, 'write'],
    ['ws', 'match', { plus: 100 }, 'json'],
    ['ws', 'select', { plus: 150 }, 'json'],
    ['ws', 'where', { plus: 100 }, 'json'],
    ['ws', 'raw', { times: 0.25 }, 'beast'],
    ['ws', 'raw', { times: 0.05 }, 'node'],
    ['sio', 'raw', { times: 1.5 }, 'limit'],
    ['sio', 'pipe', { times: 1 }, 'write'],
    ['sio', 'json', { times: 4 }, 'limit'],
    ['sio', 'data', { times: 1.3 }, 'json'],
    ['sio', 'envelope', { times: 1.3 }, 'json'],
    ['sio', 'event', { times: 1.3 }, 'json'],
    ['sio', 'match', { plus: 100 }, 'json'],
    ['sio', 'json', { times: 0.012 }, 'client4'],
    ['sio', 'json', { times: 0.012 }, 'client2'],
    ['ws4096', 'raw', { times: 1.2 }, 'limit'],
    ['sio4096', 'raw', { times: 1.2 }, 'limit'],
];
