/* SPDX-License-Identifier: MIT */
/*
 * A rough road to a server: a proxy of TCP that hands on what it gets in pieces
 * of any size, late or at once, and cuts connections in the middle of whatever
 * they carry. A seed decides all of it.
 */
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './patience.mjs';
import { seeded } from './venue.mjs';

/* What a seed decides, in words. */
export class Dice {
  #next;

  constructor(seed) {
    this.#next = seeded(seed);
  }

  /* A whole number from 0 up to `count`. */
  below(count) {
    return Math.floor(this.#next() * count);
  }

  chance(share) {
    return this.#next() < share;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /* For a part of the test whose steps others must not disturb. */
  fork() {
    return new Dice(this.below(2 ** 32));
  }
}

/* How a connection treats what goes through it in one direction: how often a
 * piece is late, and how small pieces are. */
function manner(dice) {
  const late = dice.pick([0, 0.1, 0.5]);
  const most = dice.pick([3, 50, 1000, 100000]);
  return {
    delay: () => (dice.chance(late) ? dice.below(6) : 0),
    /* Of one chunk not too many pieces are small, or it would take ages. */
    size: (chunk) => 1 + dice.below(Math.max(most, chunk.length / 8)),
  };
}

async function carry(from, to, { delay, size }) {
  for await (const chunk of from) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + size(chunk));
      const wait = delay();
      at += piece.length;
      if (wait > 0) {
        await sleep(wait);
      }
      if (!to.write(piece)) {
        await once(to, 'drain');
      }
    }
  }
  to.end();
}

class Rough {
  pairs = new Set();
  cuts = 0;

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  add(client, server) {
    const pair = [client, server];
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => this.end(pair));
    }
  }

  end(pair) {
    this.pairs.delete(pair);
    for (const socket of pair) {
      socket.destroy();
    }
  }

  /* Cuts one connection, or all; what it still holds is lost. */
  cut(dice) {
    const pairs = [...this.pairs];
    const chosen = dice.chance(0.5) ? pairs
      : pairs.slice(dice.below(pairs.length)).slice(0, 1);
    this.cuts += chosen.length > 0 ? 1 : 0;
    for (const pair of chosen) {
      if (dice.chance(0.5)) {
        /* Node never ends after the reset of one that is shutting down. */
        for (const socket of pair.filter((s) => !s.writableEnded)) {
          socket.resetAndDestroy();
        }
      }
      this.end(pair);
    }
  }
}

/* A rough road to a loopback port. */
export async function rough(t, dice, port) {
  const road = new Rough();
  const proxy = net.createServer({ allowHalfOpen: true }, (client) => {
    const server = net.connect({ port, host: '127.0.0.1',
      allowHalfOpen: true });
    road.add(client, server);
    carry(client, server, manner(dice.fork())).catch(() => {});
    carry(server, client, manner(dice.fork())).catch(() => {});
  });
  road.port = await listen(proxy);
  t.after(() => {
    proxy.close();
    for (const pair of [...road.pairs]) {
      road.end(pair);
    }
  });
  return road;
}
