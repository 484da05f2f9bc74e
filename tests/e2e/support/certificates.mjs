/* SPDX-License-Identifier: MIT */
/* Certificates made by openssl when a test wants them. */
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync,
  writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function openssl(dir, ...args) {
  execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/*
 * What `openssl ca` needs; only it sets both ends of the validity in every
 * release of OpenSSL 3.
 */
const CONFIG = `
[ca]
default_ca = us
[us]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;

export class Authority {
  constructor() {
    this.dir = mkdtempSync(join(tmpdir(), 'sockfeed-e2e-'));
    this.file = join(this.dir, 'ca.pem');
    writeFileSync(join(this.dir, 'ca.cnf'), CONFIG);
    writeFileSync(join(this.dir, 'index.txt'), '');
    writeFileSync(join(this.dir, 'serial'), '01\n');
    openssl(this.dir, 'req', '-x509', ...KEY, '-keyout', 'ca.key',
      '-out', 'ca.pem', '-days', '2', '-subj', '/CN=sockfeed test CA',
      '-addext', 'keyUsage=keyCertSign');
  }

  /* { key, cert } signed by this authority for `name`, an entry such as
   * IP:127.0.0.1 or DNS:localhost. */
  issue(name, { from = '20200101000000Z', to = '20480101000000Z' } = {}) {
    openssl(this.dir, 'req', '-new', ...KEY, '-keyout', 'leaf.key',
      '-out', 'leaf.csr', '-subj', '/CN=sockfeed test');
    writeFileSync(join(this.dir, 'leaf.ext'), `subjectAltName=${name}\n`);
    openssl(this.dir, 'ca', '-batch', '-config', 'ca.cnf', '-notext',
      '-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', 'leaf.csr',
      '-out', 'leaf.pem', '-startdate', from, '-enddate', to,
      '-extfile', 'leaf.ext');
    return this.#pair('leaf');
  }

  /* { key, cert } signed by nobody but itself. */
  selfSigned(name, subject = '/CN=sockfeed test') {
    openssl(this.dir, 'req', '-x509', ...KEY, '-keyout', 'self.key',
      '-out', 'self.pem', '-days', '2', '-utf8', '-subj', subject,
      '-addext', `subjectAltName=${name}`);
    return this.#pair('self');
  }

  /* The path of one of the files here. */
  path(name) {
    return join(this.dir, name);
  }

  /* A client's certificate and key in files of their own, { cert, key,
   * both, locked }: the key also behind the certificate, and encrypted with
   * `password`. */
  identity(password) {
    const pair = this.issue('DNS:client.example');
    writeFileSync(this.path('client.pem'), pair.cert);
    writeFileSync(this.path('client.key'), pair.key);
    writeFileSync(this.path('both.pem'), `${pair.cert}${pair.key}`);
    openssl(this.dir, 'pkey', '-in', 'client.key', '-aes256', '-passout',
      `pass:${password}`, '-out', 'locked.key');
    return {
      cert: this.path('client.pem'),
      key: this.path('client.key'),
      both: this.path('both.pem'),
      locked: this.path('locked.key'),
    };
  }

  /* The same as files in the forms that are not PEM: { der, derKey,
   * pkcs12 }. */
  otherForms({ cert, key }) {
    const [der, derKey, pkcs12] = ['client.der', 'client.key.der', 'client.p12']
      .map((name) => this.path(name));
    openssl(this.dir, 'x509', '-in', cert, '-outform', 'der', '-out', der);
    openssl(this.dir, 'pkey', '-in', key, '-outform', 'der', '-out', derKey);
    openssl(this.dir, 'pkcs12', '-export', '-in', cert, '-inkey', key, '-out',
      pkcs12, '-passout', 'pass:sesame');
    return { der, derKey, pkcs12 };
  }

  /* The directory that --capath would name. */
  hashed() {
    const dir = this.path('hashed');
    mkdirSync(dir);
    copyFileSync(this.file, join(dir, 'ca.pem'));
    openssl(this.dir, 'rehash', dir);
    return dir;
  }

  remove() {
    rmSync(this.dir, { recursive: true });
  }

  #pair(stem) {
    const read = (end) => readFileSync(join(this.dir, `${stem}.${end}`));
    return { key: read('key'), cert: read('pem') };
  }
}

/* The public key of a certificate as --pinnedpubkey takes it: the digest, and
 * the key itself in both of its forms. */
export function publicKey(cert) {
  const key = new X509Certificate(cert).publicKey;
  const der = key.export({ type: 'spki', format: 'der' });
  return {
    der,
    pem: key.export({ type: 'spki', format: 'pem' }),
    pin: `sha256//${createHash('sha256').update(der).digest('base64')}`,
  };
}
