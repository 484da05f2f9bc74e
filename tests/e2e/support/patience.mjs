/* SPDX-License-Identifier: MIT */
/*
 * Tests wait for conditions, never for time to pass. A condition that does
 * not come true within the bound fails the test and says what was missing.
 * SOCKFEED_PATIENCE multiplies the bound, for sanitizer builds and valgrind.
 */
import { once } from 'node:events';
import net from 'node:net';

export const patience = 10_000 * Number(process.env.SOCKFEED_PATIENCE ?? 1);

/* The promise's value, or an error that says what did not happen; `detail`
 * is a function that adds what is known by then. */
export async function within(promise, what, detail = () => '') {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} within ${patience} ms\n${detail()}`));
    }, patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/*
 * What has to fit into a time that the program keeps: `attempt` gets more and
 * more seconds, as the value of an option, until `enough` finds its result to
 * have fitted, or patience is at its end; gives the last result.
 */
export async function givenTime(first, attempt, enough) {
  for (let seconds = first; ; seconds *= 2) {
    const result = await attempt(String(seconds));
    if (enough(result) || seconds * 1000 > patience) {
      return result;
    }
  }
}

/* The first truthy answer of a condition of which nobody tells: what another
 * program does to files. */
export async function eventually(condition, what, detail) {
  let timer;
  const found = new Promise((resolve, reject) => {
    timer = setInterval(() => {
      try {
        const answer = condition();
        if (answer) {
          resolve(answer);
        }
      } catch (error) {
        reject(error);
      }
    }, 5);
  });
  try {
    return await within(found, what, detail);
  } finally {
    clearInterval(timer);
  }
}

/* Something that others wait for: `changed` wakes them to look again. */
export class Watched {
  #wake = new Set();

  changed() {
    for (const look of [...this.#wake]) {
      look();
    }
  }

  /* The first truthy answer of `condition`. */
  async until(condition, what, detail) {
    let look;
    const found = new Promise((resolve, reject) => {
      look = () => {
        try {
          const answer = condition();
          if (answer) {
            resolve(answer);
          }
        } catch (error) {
          reject(error);
        }
      };
    });
    this.#wake.add(look);
    look();
    try {
      return await within(found, what, detail);
    } finally {
      this.#wake.delete(look);
    }
  }
}

/* A list that grows while others wait for it to hold so many entries. */
export class Log extends Watched {
  entries = [];

  add(entry) {
    this.entries.push(entry);
    this.changed();
  }

  get length() {
    return this.entries.length;
  }

  async reaches(count, what = `${count} entries`) {
    await this.until(() => this.entries.length >= count, what,
      () => `there are ${this.entries.length}: ${this.tail()}`);
    return this.entries;
  }

  tail() {
    return JSON.stringify(this.entries.slice(-5));
  }
}

/* Listens on a free loopback port, or on `port`; gives the port. */
export async function listen(server, port = 0) {
  server.listen(port, '127.0.0.1');
  await within(once(server, 'listening'), 'a server listening');
  return server.address().port;
}

/* Below those that systems give to who asks for none, and for each process
 * that runs tests a stretch of its own. */
const PORTS = { first: 10_000, processes: 1000, each: 20 };
let portsTaken = 0;

/* A loopback port on which nothing listens, and that nobody gets by chance:
 * a server may begin there, end, and begin again. */
export async function closedPort() {
  const { first, processes, each } = PORTS;
  for (let tries = 0; tries < each; tries += 1) {
    const port = first + process.pid % processes * each + portsTaken % each;
    portsTaken += 1;
    const server = net.createServer();
    try {
      await listen(server, port);
      await new Promise((closed) => {
        server.close(closed);
      });
      return port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') {
        throw error;
      }
    }
  }
  throw new Error(`no port is free from ${first} on`);
}
