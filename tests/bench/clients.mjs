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

// The python3 that has the modules, which need not be the first.
const python3 = (modules) => ['python3', '/usr/bin/python3'].find(
    (name) => spawnSync(name, ['-c', `import ${modules}`]).status === 0);
const PYTHON = python3('websockets');
const PYTHON_SOCKETIO = python3('socketio, aiohttp');
const BEAST = fs.existsSync(tool('beast'));
const WSLAY = fs.existsSync(tool('wslay_peer'));

export function limit(mode) {
    return (port) => [tool('limit'), port, mode];
}

function layerLimit(mode) {
    return (port) => [tool('layer_limit'), port, mode];
}

export function sockfeed(...options) {
    const url = options.includes('--eio') ? 'http'
        : options.includes('-k') ? 'wss' : 'ws';

    return (port) => [path.join(BUILD, 'sockfeed'), '-q', '--reconnect',
        'never', ...options, `${url}://127.0.0.1:${port}`];
}

export const nodeWs = (port, ...count) =>
    [process.execPath, peer('ws.mjs'), port, ...count];

const nodeWss = (port) => [process.execPath, peer('ws.mjs'), port, 'tls'];
const nodeWsz = (port) => [process.execPath, peer('ws.mjs'), port, 'deflate'];

function socketIo(name) {
    return (port) => [process.execPath, peer('client.mjs'), name, port];
}

const beast = {
    name: 'Boost.Beast, blocking',
    command: (port) => [tool('beast'), port],
    missing: BEAST ? undefined : 'not installed (libboost-dev)',
};
const wslay = {
    name: 'wslay, blocking',
    command: (port) => [tool('wslay_peer'), port],
    missing: WSLAY ? undefined : 'not installed (libwslay-dev)',
};
// It leaves without having written what it holds, so that many of its lines
// never come.
const wscat = {
    name: 'wscat',
    lines: false,
    command: (port) => [process.execPath,
        path.join(HERE, 'node_modules/wscat/bin/wscat'), '-c',
        `ws://127.0.0.1:${port}`],
};
const pythonSocketIo = {
    name: 'socketio (Python)',
    command: (port) => [PYTHON_SOCKETIO, peer('socketio_peer.py'), port],
    missing: PYTHON_SOCKETIO ? undefined : 'not installed (python3-socketio)',
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
            { id: 'wslay', ...wslay },
            { id: 'beast', ...beast },
            { id: 'node', name: '`ws` (Node.js)', command: nodeWs },
            { id: 'wscat', ...wscat },
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
            { id: 'python', ...pythonSocketIo },
        ],
    },
    {
        feed: 'WebSocket over TLS, 200 bytes', kind: 'wss', size: 200,
        id: 'wss',
        clients: [
            { id: 'limit', name: '`layer_limit tls`', command: layerLimit('tls'),
              lines: false },
            { id: 'raw', name: '`-o raw`', command: sockfeed('-k', '-o', 'raw') },
            { id: 'node', name: '`ws` (Node.js)', command: nodeWss },
        ],
    },
    {
        feed: 'permessage-deflate, 200 bytes', kind: 'wsz', size: 200,
        id: 'wsz',
        clients: [
            { id: 'limit', name: '`layer_limit inflate`', command: layerLimit('inflate'),
              lines: false },
            { id: 'raw', name: '`--compressed -o raw`',
              command: sockfeed('--compressed', '-o', 'raw') },
            { id: 'node', name: '`ws` (Node.js)', command: nodeWsz },
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
    ['wss', 'raw', { times: 1.2 }, 'limit'],
    ['wss', 'raw', { times: 0.12 }, 'node'],
    ['wsz', 'raw', { times: 1.2 }, 'limit'],
    ['ws4096', 'raw', { times: 1.2 }, 'limit'],
    ['sio4096', 'raw', { times: 1.2 }, 'limit'],
];
