/* SPDX-License-Identifier: MIT */
/* Who is trusted, what we show of ourselves, and how TLS is spoken. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Authority, publicKey } from './support/certificates.mjs';
import { listen } from './support/patience.mjs';
import { file, folder, run, start } from './support/program.mjs';
import { webSocket } from './support/servers.mjs';
import { Stunnel } from './support/stunnel.mjs';
import { wire } from './support/wire.mjs';

const PASSWORD = 'correct horse';

describe('with TLS', () => {
  let authority;
  let trust;
  let identity;
  const certs = {};

  before(() => {
    authority = new Authority();
    trust = ['--cacert', authority.file];
    certs.good = authority.issue('IP:127.0.0.1');
    certs.named = authority.issue('DNS:feed.example');
    certs.several = authority.issue('DNS:a.example,DNS:b.example,DNS:c.example,'
      + 'DNS:d.example');
    identity = authority.identity(PASSWORD);
  });

  after(() => authority.remove());

  /* A WebSocket server that says hello; `tls` logs its TLS sockets. */
  async function secure(t, options = {}, pair = certs.good) {
    const server = await webSocket(t,
      { httpServer: https.createServer({ ...pair, ...options }) });
    server.ws.on('connection', (socket) => socket.send('hello'));
    return server;
  }

  async function hears(t, server, ...args) {
    const { stdout } = await run(t, 0, server.url, '-q', '-n', '1', ...args);
    assert.equal(stdout, 'hello\n');
  }

  async function fails(t, status, pattern, server, ...args) {
    const { stderr, stdout } = await run(t, status, server.url ?? server,
      ...args);
    assert.equal(stdout, '');
    assert.match(stderr, /^sockfeed: [^\n]+\n$/);
    assert.match(stderr, pattern);
    return stderr;
  }

  /* ---- Trust ---- */

  test('--capath trusts what a hashed directory holds', async (t) => {
    const server = await secure(t);
    const dir = authority.hashed();
    await hears(t, server, '--capath', dir);
    await hears(t, server, { env: { SSL_CERT_DIR: dir } });
    await fails(t, 60, /unknown issuer: CN=sockfeed test CA; --cacert/, server,
      '--capath', folder(t));
    await fails(t, 77, /CA directory \/nonexistent\/ca: no such file/, server,
      '--capath', '/nonexistent/ca');
  });

  test('a machine without authorities is said to be one', async (t) => {
    const server = await secure(t);
    await fails(t, 60, /no list of authorities .*; the package ca-certificates/,
      server, { env: { SSL_CERT_FILE: '/nonexistent/ca.pem',
        SSL_CERT_DIR: '/nonexistent' } });
  });

  test('a list of authorities that the environment names is missed',
    async (t) => {
      const server = await secure(t);
      await fails(t, 60, new RegExp('unknown issuer: CN=sockfeed test CA, and '
        + 'SSL_CERT_FILE names /nonexistent/ca\\.pem, which cannot be read'),
      server, { env: { SSL_CERT_FILE: '/nonexistent/ca.pem' } });
    });

  test('what is wrong with a certificate comes with what to try',
    async (t) => {
      const server = await secure(t, {}, certs.several);
      await fails(t, 60, new RegExp('certificate is for a\\.example, '
        + 'b\\.example, c\\.example and 1 more, not 127\\.0\\.0\\.1; '
        + '--servername'), server, ...trust);
    });

  test('--servername is whom the server is asked for and must be',
    async (t) => {
      const server = await secure(t, {}, certs.named);
      const asked = [];
      server.http.on('secureConnection',
        (socket) => asked.push(socket.servername));
      await hears(t, server, ...trust, '--servername', 'feed.example');
      assert.deepEqual(asked, ['feed.example']);
      await fails(t, 60, /is for feed\.example, not other\.example/, server,
        ...trust, '--servername', 'other.example');
    });

  /* ---- Pins ---- */

  test('--pinnedpubkey takes any of several digests', async (t) => {
    const server = await secure(t);
    const { pin } = publicKey(certs.good.cert);
    const other = publicKey(certs.named.cert).pin;
    await hears(t, server, ...trust, '--pinnedpubkey', pin);
    await hears(t, server, ...trust, '--pinnedpubkey', `${other};${pin}`);
  });

  test('--pinnedpubkey takes a public key in a file, PEM or DER', async (t) => {
    const server = await secure(t);
    const { pem, der } = publicKey(certs.good.cert);
    await hears(t, server, ...trust, '--pinnedpubkey', file(t, pem));
    await hears(t, server, ...trust, '--pinnedpubkey', file(t, der));
    await fails(t, 90, /not the pinned one/, server, ...trust,
      '--pinnedpubkey', file(t, publicKey(certs.named.cert).pem));
  });

  test('another public key than the pinned one is 90, also under -k',
    async (t) => {
      const server = await secure(t);
      const other = publicKey(certs.named.cert).pin;
      for (const args of [trust, ['-k']]) {
        const said = await fails(t, 90, /not the pinned one/, server, ...args,
          '--pinnedpubkey', other);
        assert.ok(said.includes(publicKey(certs.good.cert).pin), said);
      }
      assert.equal(server.joined.length, 0);
    });

  test('a pin that cannot be one is a usage error', async (t) => {
    const pins = [file(t, 'no key'), '/nonexistent/key.pem'];
    for (const pin of pins) {
      await fails(t, 2, /pinned public key file .*: no /,
        'wss://127.0.0.1:9', '--pinnedpubkey', pin);
    }
  });

  /* ---- Our own certificate ---- */

  function demanding(t, options = {}) {
    return secure(t, {
      requestCert: true, rejectUnauthorized: true,
      ca: readFileSync(authority.file), ...options,
    });
  }

  const versions = ['TLSv1.2', 'TLSv1.3'];

  for (const version of versions) {
    const only = { minVersion: version, maxVersion: version };

    test(`${version}: --cert and --key are shown to who asks`, async (t) => {
      const server = await demanding(t, only);
      await hears(t, server, ...trust, '--cert', identity.cert,
        '--key', identity.key);
      await hears(t, server, ...trust, '--cert', identity.both);
    });

    test(`${version}: a client certificate that is wanted is 35`,
      async (t) => {
        const server = await demanding(t, only);
        await fails(t, 35, /wants a client certificate: \w.*; --cert FILE/,
          server, ...trust);
        await fails(t, 35, /wants a client certificate: (?!unknown)/,
          server.url.replace('wss:', 'https:'), ...trust, '--transport',
          'polling');
        assert.equal(server.joined.length, 0);
      });

    test(`${version}: a client certificate of another authority is 35`,
      async (t) => {
        const other = new Authority();
        t.after(() => other.remove());
        const server = await Stunnel.start(t, certs.good, 9,
          ['verifyChain = yes', `CAfile = ${authority.file}`,
            `sslVersion = ${version}`]);
        await fails(t, 35, /not accept our certificate: unknown CA; is it the/,
          server, ...trust, '--cert', other.identity('x').both);
      });
  }

  test('our certificate is for the host that was asked for alone',
    async (t) => {
      const target = await secure(t, { requestCert: true,
        rejectUnauthorized: false });
      const shown = [];
      const names = [];
      target.http.on('secureConnection', (socket) => {
        shown.push(socket.getPeerCertificate().subject);
        names.push(socket.servername);
      });
      const first = https.createServer({ ...certs.named, requestCert: true,
        ca: readFileSync(authority.file) });
      first.on('upgrade', (request, socket) => {
        socket.on('error', () => {});
        socket.end('HTTP/1.1 302 Found\r\nContent-Length: 0\r\n'
          + `Location: ${target.url}\r\n\r\n`);
      });
      const port = await listen(first);
      t.after(() => first.close());
      const { stdout, stderr } = await run(t, 0, '-L', '-n', '1', ...trust,
        '--cert', identity.both, '--servername', 'feed.example',
        `wss://127.0.0.1:${port}`);
      assert.equal(stdout, 'hello\n');
      assert.match(stderr, /redirected to .*, which gets no credentials/);
      assert.deepEqual(shown, [undefined]);
      assert.deepEqual(names, [false]);
    });

  test('an encrypted key is opened with --pass, also from a file',
    async (t) => {
      const server = await demanding(t);
      const ours = ['--cert', identity.cert, '--key', identity.locked];
      await hears(t, server, ...trust, ...ours, '--pass', PASSWORD);
      await hears(t, server, ...trust, ...ours,
        '--pass', `@${file(t, `${PASSWORD}\n`)}`);
    });

  test('a server of ours opens an encrypted key with --pass', async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send('hello'));
    const capture = join(folder(t), 'capture');
    await run(t, 0, '-q', '-n', '1', '--record', capture, server.url);
    const serving = start(t, 'serve', '--cert', identity.cert, '--key',
      identity.locked, '--pass', PASSWORD, capture);
    const [, port] = /:(\d+)$/.exec(await serving.said(/serving on https:/));
    await hears(t, { url: `wss://127.0.0.1:${port}` }, '-k');
  });

  test('our certificate or key that cannot be used is 58', async (t) => {
    const junk = file(t, 'junk');
    const cert = ['--cert', identity.cert];
    const locked = [...cert, '--key', identity.locked];
    const foreign = file(t, certs.good.key);
    const { der, derKey, pkcs12 } = authority.otherForms(identity);
    const cases = [
      [['--cert', '/nonexistent/c.pem'],
        /certificate file \/nonexistent\/c\.pem: no such file/],
      [['--cert', junk], /certificate file .*: no certificate in PEM form/],
      [['--cert', '/tmp'], /certificate file \/tmp: is a directory/],
      [cert, /certificate file .*client\.pem: no private key.*; --key FILE/],
      [[...cert, '--key', '/nonexistent/k.pem'],
        /key file \/nonexistent\/k\.pem: no such file/],
      [[...cert, '--key', junk], /key file .*: no private key in PEM form/],
      [['--cert', pkcs12], /is in PKCS#12 form, expected PEM; .*pkcs12 -in/],
      [['--cert', der], /is in DER form, expected PEM; .*openssl x509/],
      [[...cert, '--key', derKey], /is in DER form, expected PEM; .*pkey/],
      [[...cert, '--key', foreign], /does not belong to the certificate/],
      [locked, /is encrypted, and no pass phrase was given; --pass/],
      [[...locked, '--pass', 'sesame'], /pass phrase does not open it/],
    ];
    for (const [args, pattern] of cases) {
      const said = await fails(t, 58, pattern, 'wss://127.0.0.1:9', ...args);
      assert.ok(!said.includes('sesame'), said);
    }
  });

  test('a CA file that is not PEM is 77', async (t) => {
    const { der } = authority.otherForms(identity);
    await fails(t, 77, /CA file .* is in DER form, expected PEM; openssl/,
      'wss://127.0.0.1:9', '--cacert', der);
  });

  test('a key or a pass phrase without a certificate is a usage error',
    async (t) => {
      for (const args of [['--key', identity.key], ['--pass', 'sesame']]) {
        await fails(t, 2, /and no certificate/, 'wss://127.0.0.1:9', ...args);
      }
    });

  /* ---- Versions and ciphers ---- */

  test('--tlsv1.3 does not go below', async (t) => {
    const old = await secure(t, { maxVersion: 'TLSv1.2' });
    await hears(t, old, ...trust, '--tlsv1.2');
    await fails(t, 35, /does not speak TLS 1\.3/, old, ...trust, '--tlsv1.3');
    const fresh = await secure(t);
    await hears(t, fresh, ...trust, '--tlsv1.3');
    await hears(t, fresh, ...trust, '--tlsv1.2');
  });

  test('--ciphers are the only ones offered, of both versions', async (t) => {
    const used = [];
    const list = 'ECDHE-ECDSA-AES128-GCM-SHA256:TLS_CHACHA20_POLY1305_SHA256';
    for (const version of versions) {
      const server = await secure(t, { maxVersion: version });
      server.http.on('secureConnection',
        (socket) => used.push(socket.getCipher().name));
      await hears(t, server, ...trust, '--ciphers', list);
    }
    assert.deepEqual(used, list.split(':'));
  });

  test('ciphers that the server does not have are 35', async (t) => {
    const server = await secure(t, {
      maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384',
    });
    await fails(t, 35, /no cipher .*in common: handshake failure; .*--ciphers/, server, ...trust,
      '--ciphers', 'ECDHE-ECDSA-AES128-GCM-SHA256');
  });

  test('a cipher that does not exist is a usage error', async (t) => {
    for (const list of ['NO-SUCH', 'HIGH:NO-SUCH', 'TLS_NO_SUCH', 'HIGH:']) {
      await fails(t, 2, /cipher '(NO-SUCH|TLS_NO_SUCH|)' is not known/,
        'wss://127.0.0.1:9', '--ciphers', list);
    }
  });

  /* ---- Secrets of TLS ---- */

  test('SSLKEYLOGFILE gets the secrets of each connection', async (t) => {
    const server = await secure(t);
    const log = join(folder(t), 'keys');
    for (const count of [1, 2]) {
      await hears(t, server, ...trust, { env: { SSLKEYLOGFILE: log } });
      const lines = readFileSync(log, 'utf8').split('\n');
      const secrets = lines.filter((line) =>
        /^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]{96}$/.test(line));
      assert.equal(secrets.length, count);
    }
    await fails(t, 2, /TLS key log file \/nonexistent\/keys: no such file/,
      server, { env: { SSLKEYLOGFILE: '/nonexistent/keys' } });
  });

  /* ---- Reconnecting ---- */

  for (const version of versions) {
    test(`${version}: a reconnect resumes the session`, async (t) => {
      const server = await secure(t, { maxVersion: version });
      const reused = [];
      server.http.on('secureConnection',
        (socket) => reused.push(socket.isSessionReused()));
      server.ws.on('connection', (socket) => {
        socket.once('message', () => socket.terminate());
      });
      const { stderr } = await run(t, 0, server.url, '-v', '-n', '3',
        '-s', 'x', '--delays', '0', ...trust,
        '--pinnedpubkey', publicKey(certs.good.cert).pin);
      assert.deepEqual(reused, [false, true, true]);
      assert.equal(stderr.match(/session resumed/g).length, 2);
    });
  }

  /* ---- Where TLS is not ---- */

  test('a plain request to a port for TLS is 35', async (t) => {
    const server = await wire(t, async (peer) => {
      await peer.request();
      peer.last(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]));
    });
    await fails(t, 35, /speaks TLS on this port; is it https:\/\/ or wss/,
      server.url);
  });

  test('a port for TLS that just hangs up is 56, with a guess', async (t) => {
    const tunnel = await Stunnel.start(t, certs.good, 9);
    await fails(t, 56, /connection.*; is it wss:\/\/, or Socket.IO/,
      `ws://127.0.0.1:${tunnel.port}`);
  });

  test('TLS to a port for plain HTTP is 35', async (t) => {
    const server = await webSocket(t);
    await fails(t, 35, /does not speak TLS on this port; is it http:\/\//,
      server.url.replace('ws:', 'wss:'));
  });

  test('stunnel in front of a server carries a feed', async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send('hello'));
    const tunnel = await Stunnel.start(t, certs.good, server.port);
    await hears(t, tunnel, ...trust);
  });

  test('stunnel that wants a client certificate refuses all others',
    async (t) => {
      const server = await webSocket(t);
      server.ws.on('connection', (socket) => socket.send('hello'));
      const tunnel = await Stunnel.start(t, certs.good, server.port,
        ['verifyChain = yes', `CAfile = ${authority.file}`]);
      await hears(t, tunnel, ...trust, '--cert', identity.both);
      await fails(t, 35, /wants a client certificate/, tunnel, ...trust);
    });

  test('a tunnel whose server is gone is a lost connection', async (t) => {
    const tunnel = await Stunnel.start(t, certs.good, 9);
    await fails(t, 56, /lost|closed/,
      tunnel, ...trust, '-q');
  });

  test('the trace shows what TLS came to', async (t) => {
    const server = await secure(t);
    const program = start(t, '-v', '-n', '1', ...trust, server.url);
    await program.exits(0);
    assert.match(program.err.text,
      /^\* TLSv1\.3, TLS_\w+, certificate of CN=sockfeed test, issued by CN=/m);
  });
});
