/* SPDX-License-Identifier: MIT */
/* Debian's stunnel in front of a port on loopback, with a free port of its
 * own. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Watched } from './patience.mjs';
import { folder } from './program.mjs';

export class Stunnel extends Watched {
  #log = '';

  get url() {
    return `wss://127.0.0.1:${this.port}`;
  }

  /* In front of `port`, with this certificate and these further lines of
   * configuration. */
  static async start(t, { key, cert }, port, lines = []) {
    const dir = folder(t);
    const tunnel = new Stunnel();
    writeFileSync(join(dir, 'pair.pem'), `${key}${cert}`);
    writeFileSync(join(dir, 'stunnel.conf'), [
      'foreground = yes', 'pid =', 'debug = info', 'syslog = no',
      '[feed]', 'accept = 127.0.0.1:0', `connect = 127.0.0.1:${port}`,
      `cert = ${join(dir, 'pair.pem')}`, ...lines, ''].join('\n'));
    const child = spawn('stunnel4', [join(dir, 'stunnel.conf')],
      { stdio: ['ignore', 'ignore', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => {
      tunnel.#log += text;
      tunnel.changed();
    });
    tunnel.port = await tunnel.until(
      () => /bound to 127\.0\.0\.1:(\d+)/.exec(tunnel.#log)?.[1],
      'stunnel listening', () => tunnel.#log);
    return tunnel;
  }
}
