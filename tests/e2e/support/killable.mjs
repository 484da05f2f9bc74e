/* SPDX-License-Identifier: MIT */
/* A server that is killed and started again on the same port. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Log, closedPort, within } from './patience.mjs';

const script = fileURLToPath(new URL('server_process.mjs', import.meta.url));

class Killable {
  joined = new Log();
  received = new Log();

  constructor(name, port) {
    this.name = name;
    this.port = port;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    this.child = fork(script, [this.name, String(this.port)]);
    const ready = new Promise((resolve) => {
      this.child.on('message', (note) => {
        if (note.port !== undefined) {
          resolve();
        } else if (note.joined !== undefined) {
          this.joined.add(note.joined);
        } else {
          this.received.add(note.received);
        }
      });
    });
    await within(ready, 'a server process listening');
  }

  write(packet) {
    this.child.send({ write: packet });
  }

  async kill() {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await within(gone, 'the server process gone');
  }
}

export async function killable(t, name) {
  const server = new Killable(name, await closedPort());
  await server.start();
  t.after(() => server.child.kill('SIGKILL'));
  return server;
}
