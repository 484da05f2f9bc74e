/* SPDX-License-Identifier: MIT */
/* Bad input is refused before anything is connected, in one line that names
 * the option, the value and what was expected. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { file, run, start } from './support/program.mjs';
import { wire } from './support/wire.mjs';

const url = 'ws://127.0.0.1:9';

async function refused(t, ...args) {
  const { stderr, stdout } = await run(t, 2, ...args);
  assert.equal(stdout, '');
  assert.match(stderr, /^sockfeed: [^\n]+\n$/, 'one line');
  return stderr;
}

/* [option, bad values]: each must be named together with its value. */
const values = [
  ['--connect-timeout', ['', 'x', '-1', '0x10', '1e400', 'nan', 'inf', '1 ',
    '1s']],
  ['--count', ['', '0', '-1', '1.5', 'many', '99999999999999999999']],
  ['--max-time', ['', '0', '-3', 'x']],
  ['--await', ['(', '[a', '*']],
  ['--await-timeout', ['', '0', '-1', 'x', '86401']],
  ['--each', ['/nonexistent/file', '/dev/null', '/dev/zero']],
  ['--subscribe-file', ['/nonexistent/file', '/dev/null', '/tmp']],
  ['--heartbeat', ['', '5', '=x', '0=x', '-1=x', 'x=y', '5=@/nonexistent']],
  ['--heartbeat-idle', ['', '5', '=x', '0=x', 'x=y']],
  ['--reply', ['', 'x', 's', 's/a', 's/a/b', 's//b/', 's/(/b/', 's/a/b/g',
    's/a/$1/', 's/a/${x}/', 's/(a)/\\1/', 's\\a\\b\\']],
  ['--subscribe-rate', ['', '0', '-1', '1.5', '100001', 'x']],
  ['--per-connection', ['', '0', '-1', '1.5', 'x']],
  ['--max-connecting', ['', '0', '-1', '1.5', 'x']],
  ['--retries', ['', '-1', '1.5', 'x']],
  ['--delays', ['', ',', '1,', '1,,2', '1,x', '-1', '1;2', '86401']],
  ['--jitter', ['', '-0.1', '1.5', 'x']],
  ['--reconnect', ['', 'sometimes', 'Always', 'los']],
  ['--output', ['', 'yaml', 'JSON', 'jso']],
  ['--status', ['', 'xml']],
  ['--color', ['', 'sometimes']],
  ['--protocol', ['', 'mqtt', 'WS']],
  ['--eio', ['', '5', '2', 'v4']],
  ['--transport', ['', 'pigeon', 'Polling']],
  ['--binary', ['', 'octal']],
  ['--decode', ['', 'morse']],
  ['--every', ['', '0', 'x']],
  ['--metrics', ['', ':', 'x', 'localhost:9100', '127.0.0.1', '65536',
    '::1:9100x', '127.0.0.1:-1']],
  ['--latency', ['x', '/~2']],
  ['--write', ['', '-', 'folder/', '%', '50%off']],
  ['--record', ['', '-', 'folder/', 'a%Q']],
  ['--sequence', ['x', '/a,b', '/a,/b,/c', '/~2']],
  ['--unique', ['x', '/~2']],
  ['--idle-timeout', ['', '0', '-1', 'x', '86401']],
  ['--max-age', ['', '0', '-1', 'x']],
  ['--select', ['', 'x', '/a,b', '/~2']],
  ['--where', ['', '/a', '/a =', 'a = 1', '/a ? 1', '/a ~ (', '/a = "x']],
  ['--format', ['%q', '%{x}', '%{/a', '%']],
  ['--stats-interval', ['', '0', 'x']],
  ['--max-message', ['', '0', '-1', 'x', '1T', '1.5X', '1KB']],
  ['--buffer', ['', '0', '-1', 'x']],
  ['--on-full', ['', 'panic']],
  ['--ping-interval', ['', 'x', '-1']],
  ['--ping-timeout', ['', 'x', '-1']],
  ['--until', ['(', '[a', '*']],
  ['--auth', ['', '[1]', '"x"', '{"a":', '{"a":01}', 'token']],
  ['--ack', ['', '{}', '"x"', '[1', '[01]', 'x']],
  ['--ack-timeout', ['', '0', '-1', 'x']],
  ['--retry-emits', ['', '0', '-1', '1.5', '4294967296', 'x']],
  ['--max-attachments', ['', '0', '-1', '65537', 'x']],
  ['--auth-command', ['', ' ']],
  ['--header-command', ['']],
  ['--header', ['', 'NoColon', ': x', 'A: b\r\nC: d', 'A b: c']],
  ['--query', ['', 'novalue', '=x']],
  ['--user-agent', ['a\nb']],
  ['--origin', ['a\r\nb']],
  ['--ciphers', ['', 'A B', 'NO SUCH']],
  ['--servername', ['', 'a b', 'a/b']],
  ['--pinnedpubkey', ['', 'sha256//', 'sha256//AAAA', 'sha256//x;y']],
  ['--cacert', ['']],
  ['--capath', ['']],
  ['--cert', ['']],
  ['--key', ['']],
  ['--resolve', ['', 'h', 'h:1', 'h:1:', ':1:127.0.0.1', 'h:0:127.0.0.1',
    'h:1:name', 'h:1:127.0.0.1,', '[::1:1:127.0.0.1', 'h:1:127.0.0.1:2']],
  ['--connect-to', ['', 'a', 'a:1', 'a:1:b', 'a:x:b:1', 'a:1:b:x', 'a:1:b c:2',
    'a:1:b:2:3']],
  ['--interface', ['']],
  ['--unix-socket', ['', '/'.padEnd(109, '\u00fc')]],
  ['--tcp-keepalive', ['', 'x', '-1', '40000']],
  ['--proxy', ['ftp://h:1', 'http://', 'http://h:x', 'http://h:1/path',
    'socks4://h', 'http://a%zz@h', 'socks5://:b@h', 'http://h h']],
  ['--cookie', ['', '=x', '; =', 'a=b\r\nc']],
  ['--user', ['', 'alice', '@/nonexistent/file']],
  ['--oauth2-bearer', ['', 'a b', 'a\nb']],
  ['--subprotocol', ['', 'a b', 'a\r\nb']],
];

/* What may be a secret is not shown again. */
const secrets = ['--auth', '--proxy', '--cookie', '--user', '--oauth2-bearer',
  '--header'];

for (const [option, list] of values) {
  test(`${option} refuses bad values`, async (t) => {
    for (const value of list) {
      const target = option === '--auth' || option === '--eio'
        || option === '--query' || option === '--path' ? 'http://127.0.0.1:9' : url;
      const stderr = await refused(t, option, value, target);
      assert.ok(stderr.includes(option), `${option} '${value}': ${stderr}`);
      if (/^[\x20-\x7e]+$/.test(value) && !secrets.includes(option)) {
        assert.ok(stderr.includes(value), `${option} '${value}': ${stderr}`);
      }
    }
  });
}

test('a short option is named as it can be typed', async (t) => {
  assert.match(await refused(t, '-n', 'x', url), /-n|--count/);
  assert.match(await refused(t, '-m0', url), /-m|--max-time/);
});

test('values may be attached in every customary way', async (t) => {
  for (const args of [['-n0'], ['-n', '0'], ['--count=0'], ['--count', '0'],
    ['-qn0'], ['--cou=0']]) {
    assert.match(await refused(t, ...args, url), /count|-n/);
  }
});

const usage = [
  [['--no-such-option', url], /--no-such-option/],
  [['--no-such-option=1', url], /--no-such-option/],
  [['-Z', url], /-Z/],
  [['-qZ', url], /-Z/],
  [['-n'], /-n|--count/],
  [['--count'], /--count/],
  [['--quiet=yes', url], /--quiet/],
  [[], /URL/],
  [['-q'], /URL/],
  [['--re', 'never', url], /--re.*ambiguous|ambiguous.*--re/],
  [['--', '-n'], /-n/],
  [['-E', 'x', url], /--event|-E/],
];

for (const [args, pattern] of usage) {
  test(`[${args.join(' ')}] is a usage error`, async (t) => {
    assert.match(await refused(t, ...args), pattern);
  });
}

test('options may be shortened while unambiguous', async (t) => {
  assert.match(await refused(t, '--recon', 'sometimes', url), /--reconnect/);
});

test('options that are not built yet are refused', async (t) => {
  for (const option of ['--to=amqp://h/x', '--watch=/s']) {
    const stderr = await refused(t, option, url);
    assert.ok(stderr.includes(option.split('=')[0]), stderr);
  }
});

/* What can have no effect is refused, not ignored. */
const socketIoAlone = [['--namespace', '/x'], ['--auth', '{"a":1}'],
  ['--auth-command', 'echo {}'], ['--no-recovery'], ['--strip-offset'],
  ['--max-attachments', '3'], ['--msgpack'], ['--call', 'hi'],
  ['--ack', '[1]'], ['--retry-emits', '3', '-e', 'hi'], ['--event', 'x']];

for (const args of socketIoAlone) {
  test(`${args[0]} is for Socket.IO alone`, async (t) => {
    for (const target of [[url],
      ['--protocol', 'eio', 'http://127.0.0.1:9'],
      ['http://127.0.0.1:9', url]]) {
      const stderr = await refused(t, ...args, ...target);
      assert.match(stderr, /Socket\.IO/);
      assert.ok(stderr.includes(args[0]), stderr);
    }
  });
}

test('what makes a request of Engine.IO is not for a plain WebSocket',
  async (t) => {
    for (const args of [['--path', '/x/'], ['--exact-path'], ['--eio', '3']]) {
      assert.ok((await refused(t, ...args, url)).includes(args[0]));
    }
  });

test('a file that is too large is refused with the limit', async (t) => {
  for (const args of [['-s', '@/dev/zero'], ['-K', '/dev/zero'],
    ['-S', '/dev/zero']]) {
    assert.match(await refused(t, ...args, url),
      /\/dev\/zero has more than \d+ bytes/);
  }
});

test('options come from standard input too, which is read once',
  async (t) => {
    const program = start(t, '-K', '-', url, { stdin: 'pipe' });
    program.child.stdin.end('count = x\n');
    const { stderr } = await program.exits(2);
    assert.match(stderr, /^sockfeed: standard input:1: option --count: 'x'/);
    for (const second of [['-i'], ['-S', '-'], ['-K', '-']]) {
      assert.match(await refused(t, '-K', '-', ...second, url),
        /standard input was read already/);
    }
  });

test('an option that needs another one says so', async (t) => {
  for (const [option, needed] of [[['--volatile'], '--stdin'],
    [['--exit-on-eof'], '--stdin'], [['--retry-emits', '2'], '--emit'],
    [['--per-connection', '2'], '--subscribe'],
    [['--record-secrets'], '--record'],
    [['--status', 'inline'], '-o envelope']]) {
    const stderr = await refused(t, ...option, 'http://127.0.0.1:9');
    assert.ok(stderr.includes(`${option[0]}`), stderr);
    assert.ok(stderr.includes(`needs ${needed}`), stderr);
  }
});

test('serve refuses what contradicts itself', async (t) => {
  for (const [args, pattern] of [[['--loop', '--once'], /--loop and --once/],
    [['--live', '--strict'], /--live and --strict/],
    [['--pass', 'x'], /--pass: needs --cert/],
    [['--key', 'x'], /--key: needs --cert/]]) {
    assert.match(await refused(t, 'serve', ...args, '/dev/null'), pattern);
  }
});

test('a command that does not stand first is no URL', async (t) => {
  for (const command of ['demo', 'serve', 'probe']) {
    assert.match(await refused(t, '-q', command),
      new RegExp(`sockfeed ${command}`));
  }
});

test('--path cannot change a URL that has the path', async (t) => {
  assert.match(await refused(t, '--path', '/x/',
    'http://127.0.0.1:9/socket.io/?EIO=4'), /--path.*URL/);
});

test('--query adds no parameter of the protocol', async (t) => {
  for (const parameter of ['EIO=3', 'transport=polling', 'sid=x', 't=1',
    'b64=1', 'j=0']) {
    assert.match(await refused(t, '--query', parameter, 'http://127.0.0.1:9'),
      new RegExp(`--query.*${parameter.split('=')[0]}`));
  }
});

const urls = [
  ['127.0.0.1:9', /http:\/\/|ws:\/\//], ['localhost', /http:\/\/|ws:\/\//],
  ['ftp://host', /ftp/], ['http://', /host/i], ['http://:80', /host/i],
  ['http://host:x', /port/i], ['http://host:65536', /port/i],
  ['http://host:0', /port/i], ['http://[::1', /./], ['http://a b', /./],
  ['http://host\n', /./], ['', /URL/],
];

for (const [bad, pattern] of urls) {
  test(`the URL ${JSON.stringify(bad)} is refused`, async (t) => {
    assert.match(await refused(t, bad), pattern);
  });
}

/* A MESSAGE and the column (of characters, from 1) where it goes wrong. */
const messages = [
  ['', null], ['   ', null], ['["a"', 5], ['[]', 2], ['[1.]', 4],
  ['["a",]', 6], ['["a"] x', 7], ['[null]', 2], ['[{}]', 2],
  ['SubAdd {"subs":["x"}', 20], ['SubAdd {a:1}', 9], ['SubAdd 01', 9],
  ['SubAdd "x', 10], ['join-room ticker', 11], ['é {"a":é}', 8],
  ['connect', null], ['["disconnect",1]', null], ['connect_error 1', null],
  ['/admin,', null], ['/admin SubAdd', null], ['/admin,["a"', 12],
];

for (const [message, column] of messages) {
  test(`the MESSAGE ${JSON.stringify(message)} is refused`, async (t) => {
    for (const option of ['--subscribe', '--emit', '--call']) {
      const stderr = await refused(t, option, message, 'http://127.0.0.1:9');
      assert.ok(stderr.includes(option), stderr);
      if (column !== null) {
        assert.match(stderr, new RegExp(`column ${column}\\b`));
      }
    }
  });
}

test('a file that cannot be read is named', async (t) => {
  const missing = '/nonexistent/message';
  for (const args of [['-s', `@${missing}`], ['--auth', `@${missing}`],
    ['-H', `@${missing}`], ['-s', '@/tmp']]) {
    const stderr = await refused(t, ...args, 'http://127.0.0.1:9');
    assert.ok(stderr.includes(args[1].slice(1)), stderr);
  }
});

test('a message in a file is refused with its place there', async (t) => {
  const path = file(t, '["SubAdd",\n {"a":}]\n');
  for (const args of [['-s', `@${path}`], ['-e', `@${path}`],
    ['-c', `@${path}`], ['--heartbeat', `5=@${path}`]]) {
    const stderr = await refused(t, ...args, 'http://127.0.0.1:9');
    assert.ok(stderr.includes(`${path}:2: column 7: `), stderr);
    assert.doesNotMatch(stderr, /SubAdd/);
  }
  const list = file(t, `# one\n@${path}\n`, 'list');
  const stderr = await refused(t, '-S', list, 'http://127.0.0.1:9');
  assert.ok(stderr.includes(`${list}:2: ${path}:2: column 7: `), stderr);
});

test('a message of several lines is refused with the line', async (t) => {
  assert.match(await refused(t, '-s', '["a",\n {"b":}]', 'http://h'),
    /line 2, column 7: /);
});

test('a byte order mark before a list is no part of it', async (t) => {
  const list = (text) => file(t, `\ufeff${text}`);
  assert.match(await refused(t, '-K', list('url = ws://h\nnope\n')),
    /:2: unknown option/);
  assert.match(await refused(t, '-S', list('# none\n'), 'http://h'),
    /there is no message in it/);
  assert.match(await refused(t, '--each', list('# none\n'), 'http://h'),
    /the file has no lines/);
});

test('nothing is connected when a later option is wrong', async (t) => {
  const server = await wire(t);
  await refused(t, server.url, '-n', 'x');
  await refused(t, server.url, server.sioUrl, '-s', '["a"');
  assert.equal(server.peers.length, 0);
});

test('what is shown of a bad value cannot write to the terminal',
  async (t) => {
    const stderr = await refused(t, '--output', '\x1b[31mred\x07', url);
    assert.doesNotMatch(stderr.trimEnd(), /[\x00-\x1f\x7f]/);
  });
