/* SPDX-License-Identifier: MIT */
/* Through a proxy, by any of its kinds, or not through it. */
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { Authority } from './support/certificates.mjs';
import { file, run } from './support/program.mjs';
import { httpProxy, socksProxy } from './support/proxies.mjs';
import { closedPort, socketIo, webSocket } from './support/servers.mjs';
import { wire } from './support/wire.mjs';

async function saying(t, text, options) {
  const server = await webSocket(t, options);
  server.ws.on('connection', (socket) => socket.send(text));
  return server;
}

/* One line on standard error, and what it says. */
function oneLine(stderr, words) {
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  assert.match(stderr, words);
}

test('an HTTP proxy is asked to connect', async (t) => {
  const server = await saying(t, 'hello');
  const proxy = await httpProxy(t);
  const { stdout } = await run(t, 0, '-q', '-n', '1', '-x', proxy.url,
    server.url);
  assert.equal(stdout, 'hello\n');
  const [{ target, headers }] = proxy.asked.entries;
  assert.equal(target, `127.0.0.1:${server.port}`);
  assert.equal(headers.host, target);
  assert.equal(headers['proxy-authorization'], undefined);
});

test('Socket.IO goes through it as well', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('hello', 1));
  const proxy = await httpProxy(t);
  const { stdout } = await run(t, 0, '-q', '-n', '1', '-x', proxy.url,
    server.url);
  assert.equal(stdout, '["hello",1]\n');
  assert.equal(proxy.asked.length, 1);
});

test('long-polling goes through it, too', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('hello', 1));
  for (const proxy of [await httpProxy(t), await socksProxy(t)]) {
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--transport',
      'polling', '-x', proxy.url, server.url);
    assert.equal(stdout, '["hello",1]\n');
    assert.ok(proxy.asked.length >= 1);
  }
});

test('a proxy needs no scheme', async (t) => {
  const server = await saying(t, 'hello');
  const proxy = await httpProxy(t);
  await run(t, 0, '-q', '-n', '1', '-x', `127.0.0.1:${proxy.port}`,
    server.url);
  assert.equal(proxy.asked.length, 1);
});

test('its answer may come byte by byte', async (t) => {
  const server = await saying(t, 'hello');
  for (const proxy of [await httpProxy(t, { pieces: true }),
    await socksProxy(t, { pieces: true, user: 'a:b' })]) {
    await run(t, 0, '-q', '-n', '1', '-x',
      proxy.url.replace('//', '//a:b@'), server.url);
  }
});

test('a user and a password are sent, and not shown', async (t) => {
  const server = await saying(t, 'hello');
  for (const proxy of [await httpProxy(t, { user: 'alice:o:pen@sesame' }),
    await socksProxy(t, { user: 'alice:o:pen@sesame' })]) {
    const { stderr } = await run(t, 0, '-vv', '-n', '1', '-x',
      proxy.url.replace('//', '//alice:o:pen%40sesame@'), server.url);
    assert.doesNotMatch(stderr, /sesame|c2VzYW1l|Basic/);
    assert.equal(proxy.asked.length, 1);
  }
});

test('the proxy\'s URL may be in a file', async (t) => {
  const server = await saying(t, 'hello');
  const proxy = await httpProxy(t, { user: 'a:b' });
  await run(t, 0, '-q', '-n', '1', '-x',
    `@${file(t, `${proxy.url.replace('//', '//a:b@')}\n`)}`, server.url);
});

test('credentials for the server are not told to the proxy', async (t) => {
  const server = await saying(t, 'hello');
  const proxy = await httpProxy(t);
  await run(t, 0, '-q', '-n', '1', '-x', proxy.url, '-u', 'a:b', '-b', 'c=d',
    '-H', 'X-Key: e', server.url);
  assert.deepEqual(Object.keys(proxy.asked.entries[0].headers), ['host']);
});

test('407 asks for a user, or says that this one is wrong', async (t) => {
  const server = await wire(t);
  const proxy = await httpProxy(t, { user: 'a:b' });
  oneLine((await run(t, 97, '-x', proxy.url, server.url)).stderr,
    /wants a user and a password: 407 .*\(http:.*; --proxy SCHEME/);
  oneLine((await run(t, 97, '-x', proxy.url.replace('//', '//a:wrong@'),
    server.url)).stderr, /does not accept the user and the password: 407/);
  assert.equal(server.peers.length, 0);
});

test('a refusal is told with its status', async (t) => {
  const proxy = await httpProxy(t, {
    answer: 'HTTP/1.1 403 Filtered\x1b[2J\r\nContent-Length: 2\r\n\r\nno' });
  const { stderr } = await run(t, 97, '-x', proxy.url, 'ws://h.example:81');
  oneLine(stderr, /refused to connect to h\.example port 81: 403 Filtered\?/);
});

test('what is no answer of a proxy is 97', async (t) => {
  for (const answer of ['SSH-2.0-x\r\n\r\n', '\x05\x00', '',
    'HTTP/1.1 200 OK\r\n\r\nsurplus']) {
    const server = await wire(t, async (peer) => {
      await peer.request();
      peer.last(answer);
    });
    oneLine((await run(t, 97, '-x', `http://127.0.0.1:${server.port}`,
      'ws://h.example')).stderr, /proxy.* \(http:\/\/127/);
  }
  for (const answer of ['HTTP/1.1 400 Bad\r\n\r\n', '\x04\x00', '\x05', '',
    '\x05\x09', '\x05\x00\x05\x00\x00\x07aaaaaaaaaaaaaaaa',
    '\x05\x00\x05\x00\x00\x01aaaaaasurplus']) {
    const server = await wire(t, (peer) => peer.last(
      Buffer.from(answer, 'latin1')));
    oneLine((await run(t, 97, '-x', `socks5h://127.0.0.1:${server.port}`,
      'ws://h.example')).stderr, /proxy.* \(socks5h:\/\/127/);
  }
});

test('a proxy that cannot be reached is 7', async (t) => {
  const port = await closedPort();
  for (const scheme of ['http', 'https', 'socks5', 'socks5h']) {
    const { stderr } = await run(t, 7, '-x',
      `${scheme}://a:sesame@127.0.0.1:${port}`, 'ws://127.0.0.1:9');
    oneLine(stderr, new RegExp(`the proxy ${scheme}://127.0.0.1:${port}: `
      + '.*refused'));
    assert.doesNotMatch(stderr, /sesame/);
  }
});

test('a proxy whose name nobody knows is 5', async (t) => {
  for (const scheme of ['http', 'socks5']) {
    oneLine((await run(t, 5, '-x', `${scheme}://nowhere.invalid:1`,
      'ws://127.0.0.1:9')).stderr, /the proxy .*nowhere\.invalid/);
  }
});

test('a proxy that never answers is 28', async (t) => {
  const server = await wire(t);
  for (const scheme of ['http', 'socks5']) {
    oneLine((await run(t, 28, '--connect-timeout', '0.2', '-x',
      `${scheme}://127.0.0.1:${server.port}`, 'ws://127.0.0.1:9')).stderr,
    /time ran out.*proxy/);
  }
});

test('SOCKS 5 gets an address, SOCKS 5h the name', async (t) => {
  const server = await saying(t, 'hello');
  const proxy = await socksProxy(t);
  const url = `ws://localhost:${server.port}`;
  await run(t, 0, '-q', '-4', '-n', '1', '-x', proxy.url, url);
  await run(t, 0, '-q', '-n', '1', '-x',
    proxy.url.replace('socks5', 'socks5h'), url);
  const [one, other] = proxy.asked.entries;
  assert.deepEqual([one.kind, one.host], [1, '127.0.0.1']);
  assert.deepEqual([other.kind, other.host], [3, 'localhost']);
});

test('of a name\'s addresses SOCKS 5 gets one of IPv4', async (t) => {
  const proxy = await socksProxy(t, { code: 1 });
  const ask = (...addresses) => run(t, 97, '-x', proxy.url, '--resolve',
    `h.example:80:${addresses}`, 'ws://h.example');
  await ask('2001:db8::1', '192.0.2.1');
  await ask('2001:db8::1', '2001:db8::2');
  assert.deepEqual(proxy.asked.entries.map(({ host }) => host),
    ['192.0.2.1', '2001:db8:0:0:0:0:0:1']);
});

test('a name that only SOCKS 5h may look up is 6 with SOCKS 5', async (t) => {
  const proxy = await socksProxy(t);
  await run(t, 6, '-x', proxy.url, 'ws://nowhere.invalid');
  assert.equal(proxy.asked.length, 0);
});

test('the code of a SOCKS proxy\'s refusal is told in words', async (t) => {
  for (const [code, words] of [[2, /rules/], [4, /cannot be reached/],
    [5, /refused/], [99, /unknown/]]) {
    const proxy = await socksProxy(t, { code });
    oneLine((await run(t, 97, '-x', proxy.url, 'ws://127.0.0.1:9')).stderr,
      words);
  }
});

test('a SOCKS proxy\'s wish for a user is told', async (t) => {
  const proxy = await socksProxy(t, { user: 'a:b' });
  oneLine((await run(t, 97, '-x', proxy.url, 'ws://127.0.0.1:9')).stderr,
    /wants a user and a password/);
  oneLine((await run(t, 97, '-x', proxy.url.replace('//', '//a:x@'),
    'ws://127.0.0.1:9')).stderr, /does not accept the user and the password/);
  const other = await socksProxy(t, { method: 1 });
  oneLine((await run(t, 97, '-x', other.url, 'ws://127.0.0.1:9')).stderr,
    /logged in/);
});

test('IPv6 targets stand in brackets, or are sixteen bytes', async (t) => {
  const proxy = await httpProxy(t, { answer: 'HTTP/1.1 503 No\r\n\r\n' });
  const socks = await socksProxy(t, { code: 1 });
  await run(t, 97, '-x', proxy.url, 'ws://[2001:db8::1]:82');
  await run(t, 97, '-x', socks.url, 'ws://[2001:db8::1]:82');
  assert.equal(proxy.asked.entries[0].target, '[2001:db8::1]:82');
  assert.deepEqual(socks.asked.entries[0],
    { kind: 4, host: '2001:db8:0:0:0:0:0:1', port: 82, login: undefined });
});

test('the port is always named', async (t) => {
  const proxy = await httpProxy(t, { answer: 'HTTP/1.1 503 No\r\n\r\n' });
  for (const [url, target] of [['ws://h.example', 'h.example:80'],
    ['wss://h.example', 'h.example:443'], ['http://h.example', 'h.example:80'],
    ['https://h.example:80', 'h.example:80']]) {
    await run(t, 97, '-x', proxy.url, url);
    assert.equal(proxy.asked.entries.at(-1).target, target);
  }
});

describe('TLS', () => {
  let authority;
  let pair;

  before(() => {
    authority = new Authority();
    pair = authority.issue('IP:127.0.0.1');
  });

  after(() => authority.remove());

  const secure = (t, text = 'hello') => saying(t, text,
    { httpServer: https.createServer(pair) });

  test('goes through every kind of proxy', async (t) => {
    const server = await secure(t);
    for (const proxy of [await httpProxy(t), await socksProxy(t)]) {
      const { stdout } = await run(t, 0, '-q', '-n', '1', '--cacert',
        authority.file, '-x', proxy.url, server.url);
      assert.equal(stdout, 'hello\n');
    }
  });

  test('to the proxy is spoken for https://', async (t) => {
    const server = await saying(t, 'hello');
    const proxy = await httpProxy(t, { pair, user: 'a:b' });
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--cacert',
      authority.file, '-x', proxy.url.replace('//', '//a:b@'), server.url);
    assert.equal(stdout, 'hello\n');
    assert.equal(proxy.asked.length, 1);
  });

  test('runs inside TLS to the proxy', async (t) => {
    const large = 'x'.repeat(3_000_000);
    const server = await secure(t, large);
    server.ws.on('connection', (socket) => socket.on('message',
      (data) => socket.send(String(data.length))));
    const proxy = await httpProxy(t, { pair });
    const { stdout } = await run(t, 0, '-q', '-n', '2', '--cacert',
      authority.file, '-x', proxy.url, '-s', `@${file(t, large)}`, server.url);
    assert.equal(stdout, `${large}\n3000000\n`);
  });

  test('to a proxy is verified', async (t) => {
    const server = await saying(t, 'hello');
    const proxy = await httpProxy(t, { pair: authority.selfSigned('DNS:x') });
    const { stderr } = await run(t, 60, '-n', '1', '-x', proxy.url,
      server.url);
    oneLine(stderr, /proxy https:.*certificate; --cacert FILE trusts it, -k/);
    await run(t, 0, '-q', '-k', '-n', '1', '-x', proxy.url, server.url);
  });

  test('is not spoken by a proxy that has none', async (t) => {
    const proxy = await httpProxy(t);
    const { stderr } = await run(t, 35, '-n', '1', '-x',
      proxy.url.replace('http', 'https'), 'ws://127.0.0.1:9');
    oneLine(stderr, /the proxy https:.*; is it http:\/\/ in --proxy/);
  });

  test('to the server is verified behind a proxy too', async (t) => {
    const server = await secure(t);
    const proxy = await httpProxy(t, { pair });
    const { stderr } = await run(t, 60, '--cacert', authority.file, '-x',
      proxy.url, `wss://localhost:${server.port}`);
    assert.doesNotMatch(stderr, /the proxy/);
  });
});

describe('the environment', () => {
  /* Whether a URL goes through the proxy that a variable names. */
  async function goes(t, url, variables) {
    const proxy = await httpProxy(t, { answer: 'HTTP/1.1 503 No\r\n\r\n' });
    const env = Object.fromEntries(Object.entries(variables)
      .map(([name, value]) => [name, value.replace('PROXY', proxy.url)]));
    await run(t, 97, url, { env });
    return proxy.asked.length === 1;
  }

  const plain = 'ws://127.0.0.1:9';
  const secure = 'wss://127.0.0.1:9';
  for (const [variable, url] of [['http_proxy', plain], ['ws_proxy', plain],
    ['WS_PROXY', plain], ['http_proxy', 'http://127.0.0.1:9'],
    ['https_proxy', secure], ['HTTPS_PROXY', secure], ['wss_proxy', secure],
    ['https_proxy', 'https://127.0.0.1:9'], ['all_proxy', plain],
    ['ALL_PROXY', secure]]) {
    test(`names a proxy for ${url} by ${variable}`, async (t) => {
      assert.ok(await goes(t, url, { [variable]: 'PROXY' }));
    });
  }

  for (const [variable, url] of [['HTTP_PROXY', plain],
    ['https_proxy', plain], ['http_proxy', secure],
    ['ws_proxy', 'http://127.0.0.1:9']]) {
    test(`names none for ${url} by ${variable}`, async (t) => {
      await run(t, 7, url, { env: { [variable]: 'http://127.0.0.1:1' } });
    });
  }

  test('goes by the nearest variable', async (t) => {
    assert.ok(await goes(t, plain,
      { http_proxy: 'PROXY', all_proxy: 'http://127.0.0.1:1' }));
    assert.ok(await goes(t, plain,
      { ws_proxy: 'PROXY', http_proxy: 'http://127.0.0.1:1' }));
    assert.ok(await goes(t, secure,
      { https_proxy: 'PROXY', HTTPS_PROXY: 'http://127.0.0.1:1' }));
    assert.ok(await goes(t, plain, { http_proxy: '', all_proxy: 'PROXY' }));
  });

  test('gives way to -x', async (t) => {
    const server = await saying(t, 'hello');
    const proxy = await httpProxy(t);
    await run(t, 0, '-q', '-n', '1', '-x', proxy.url, server.url,
      { env: { http_proxy: 'http://127.0.0.1:1' } });
    assert.equal(proxy.asked.length, 1);
    await run(t, 0, '-q', '-n', '1', '-x', '', server.url,
      { env: { http_proxy: 'http://127.0.0.1:1' } });
  });

  for (const list of ['*', '127.0.0.1', 'example.org, 127.0.0.1',
    'example.org 127.0.0.0/8', '0.0.0.0/0']) {
    test(`leaves out what no_proxy has: ${list}`, async (t) => {
      const server = await saying(t, 'hello');
      const env = { http_proxy: 'http://127.0.0.1:1', no_proxy: list };
      await run(t, 0, '-q', '-n', '1', server.url, { env });
      await run(t, 0, '-q', '-n', '1', server.url, { env: {
        http_proxy: env.http_proxy, NO_PROXY: list } });
      await run(t, 0, '-q', '-n', '1', '--noproxy', list, server.url,
        { env: { http_proxy: env.http_proxy } });
    });
  }

  test('--noproxy takes the place of no_proxy', async (t) => {
    const server = await saying(t, 'hello');
    const env = { http_proxy: 'http://127.0.0.1:1', no_proxy: '*' };
    await run(t, 7, '--noproxy', '', server.url, { env });
    await run(t, 7, '--noproxy', 'example.org', server.url, { env });
  });

  test('that names what is no proxy is told, without its value', async (t) => {
    const { stderr } = await run(t, 2, plain,
      { env: { http_proxy: 'ftp://a:sesame@h' } });
    oneLine(stderr, /http_proxy/);
    assert.doesNotMatch(stderr, /sesame/);
  });
});
