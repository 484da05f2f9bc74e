/* SPDX-License-Identifier: MIT */
/*
 * Every command that README.md and sockfeed.1 show is run as it stands, by a
 * shell, against servers on loopback that stand in for the hosts named; and
 * those of README's picture print what it shows. The files that manuals show
 * are read.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync }
  from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { givenTime, within } from './support/patience.mjs';
import { file, folder, root, run, sockfeed, start }
  from './support/program.mjs';
import { httpProxy } from './support/proxies.mjs';
import { socketIo, webSocket } from './support/servers.mjs';

/* The commands in README's shell blocks. */
function readme() {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)]
    .flatMap(([, block]) => block.split('\n'))
    .filter((line) => line.startsWith('sockfeed '));
}

/* The displayed lines of the manual that begin with a prompt. */
function manual() {
  const text = readFileSync(join(root, 'man/sockfeed.1'), 'utf8');
  return [...text.matchAll(/^\.Dl \$ (.*)$/gm)]
    .map(([, line]) => line.replaceAll('\\(dq', '"').replaceAll('\\(aq', '\'')
      .replaceAll('\\-', '-').replaceAll('\\e', '\\'));
}

/* What a manual shows as a file, beginning so. */
function shown(page, start) {
  const text = readFileSync(join(root, 'man', page), 'utf8');
  return [...text.matchAll(/^\.Bd -literal.*\n([^]*?)^\.Ed$/gm)]
    .map(([, block]) => block.replaceAll('\\e', '\\'))
    .find((block) => block.startsWith(start));
}

/* The commands in README's picture, each with the lines below it. */
function picture() {
  const text = readFileSync(join(root, 'man/demo.svg'), 'utf8');
  const shown = [];
  for (const [, color, line] of
    text.matchAll(/^<text .* fill="(#\w+)">(.*)<\/text>$/gm)) {
    const plain = line.replaceAll('&gt;', '>').replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&');
    if (plain.startsWith('$ ')) {
      shown.push({ command: plain.slice(2), stdout: [], stderr: [] });
    } else if (plain !== '') {
      shown.at(-1)[color === '#7ee787' ? 'stdout' : 'stderr'].push(plain);
    }
  }
  return shown;
}

/* Lines as a terminal shows them, whatever the port. */
function onTerminal(text) {
  return text.trimEnd().split('\n').filter((line) => line !== '')
    .map((line) => line.replace(/(?<=:)\d+\b/g, '38211')
      .replace(/([^\t]*)\t/g, (_, cell) => cell.padEnd(cell.length + 8
        - (cell.length % 8))));
}

/* Stands in the way of the program: hosts become ours, and a stream that
 * would never end does so after $SECONDS_LEFT. */
const shim = `#!/bin/sh
case $1 in
demo) exec "$PROGRAM" "$@" ;;
probe) end= ;;
@*) end="ws://127.0.0.1:$WEB_SOCKET/ -m $SECONDS_LEFT" ;;
*) end="-m $SECONDS_LEFT" ;;
esac
for argument; do
    shift
    rest=\${argument#*://}
    case $argument in
    http://proxy.*)
        argument=http://127.0.0.1:$PROXY ;;
    http://*|https://*|ws*://*EIO=*)
        argument=http://127.0.0.1:$SOCKET_IO/\${rest#*/} ;;
    ws://*|wss://*)
        argument=ws://127.0.0.1:$WEB_SOCKET/\${rest#*/} ;;
    esac
    set -- "$@" "$argument"
done
exec "$PROGRAM" "$@" $end
`;

/* What the examples read, and other programs that they feed. */
const files = {
  'token.json': '{"token":"t"}',
  'token.sh': '#!/bin/sh\ncat token.json\n',
  headers: 'Authorization: Apikey k',
  lines: 'ping 1\n',
  symbols: 'BTC\nETH\n',
  pairs: 'BTC/USD\nETH/USD\n',
  sockfeed: shim,
  jq: '#!/bin/sh\nexec cat\n',
};

const packed = '5~CCCAGG~BTC~USD~1~2500.50~1500000000~9';
const trade = {
  e: 'trade', s: 'BTC', p: '0.10', price: 0.1, op: 'time',
};

async function standIns(t) {
  const socket = await socketIo(t, 'socket.io 4.8.4 with allowEIO3',
    { namespaces: ['/admin'] });
  for (const space of ['/', '/admin']) {
    socket.io.of(space).on('connection', (client) => {
      client.on('price', (symbol, answer) => answer(trade));
      for (let i = 0; i < 30; i += 1) {
        client.emit('trade', trade);
        client.emit('m', packed);
      }
    });
  }
  const web = await webSocket(t);
  web.ws.on('connection', (client) => {
    for (let i = 0; i < 30; i += 1) {
      client.send(JSON.stringify(trade));
    }
  });
  const proxy = await httpProxy(t);
  return { SOCKET_IO: socket.port, WEB_SOCKET: web.port, PROXY: proxy.port };
}

async function shell(t, command, seconds = 1) {
  const dir = folder(t);
  mkdirSync(join(dir, 'share/sockfeed'), { recursive: true });
  symlinkSync(join(root, 'cli/profiles'), join(dir, 'share/sockfeed/profiles'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(dir, name), text, { mode: 0o755 });
  }
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], {
    cwd: dir,
    env: {
      ...process.env, ...await standIns(t), PROGRAM: sockfeed,
      SECONDS_LEFT: seconds,
      XDG_DATA_DIRS: join(dir, 'share'),
      PATH: `${dir}:${process.env.PATH}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => { stdout += data; });
  child.stderr.on('data', (data) => { stderr += data; });
  const code = await within(new Promise((done) => child.on('close', done)),
    'the command ended', () => stderr);
  return { code, stdout, stderr };
}

for (const [where, commands] of [['README.md', readme()],
  ['sockfeed.1', manual()]]) {
  test(`${where} has examples`, () => assert.ok(commands.length >= 3));

  for (const command of commands) {
    test(`${where}: ${command}`, async (t) => {
      const prints = !command.includes('>');
      const { code, stdout, stderr } = await givenTime(1,
        (seconds) => shell(t, command, seconds),
        (end) => end.code === 0 && (!prints || end.stdout !== ''));
      assert.equal(code, 0, stderr);
      if (prints) {
        assert.notEqual(stdout, '', stderr);
      }
    });
  }
}

for (const { command, stdout, stderr } of picture()) {
  test(`the picture: ${command}`, async (t) => {
    const said = await shell(t, command);
    assert.deepEqual(onTerminal(said.stdout), stdout);
    assert.deepEqual(onTerminal(said.stderr), stderr);
  });
}

test('the session in sockfeed-capture.5 is served', async (t) => {
  const path = file(t, shown('sockfeed-capture.5', '{'), 'session.ndjson');
  const server = start(t, 'serve', '--once', path);
  const line = await server.said(/serving on/);
  const { stdout } = await run(t, 0, '-q', '-n', '1', '-a', '{"token":"t"}',
    '-s', 'join "btc"', line.split(' ').at(-1));
  assert.equal(stdout, '["trade",{"p":0.10}]\n');
});

test('the file of options in sockfeed.1 is read', async (t) => {
  const server = await webSocket(t);
  const subscribed = server.received.reaches(1);
  server.ws.on('connection', (client) => {
    client.send('{"type":"hello"}');
    client.send('{"type":"trade"}');
  });
  const path = file(t, shown('sockfeed.1', '# the trades'), 'trades');
  const { stdout } = await run(t, 0, '-q', '-n', '1', '-K', path, server.url);
  await subscribed;
  assert.match(stdout, /^\S+Z\t\{"type":"trade"\}\n$/);
});
