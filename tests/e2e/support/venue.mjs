/* SPDX-License-Identifier: MIT */
/*
 * A venue that counts. Every symbol has a sequence that runs on whoever
 * listens; a subscription brings its ticks. It kills connections in every way
 * they die in, at times and in ways that a seed decides, and keeps the books:
 * what is subscribed where, and what should not have come.
 */
import http from 'node:http';
import { createRequire } from 'node:module';
import { Watched, listen } from './patience.mjs';

const require = createRequire(import.meta.url);

/* Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4294967296;
  };
}

/* Each ends a connection, of which `half` is the first half of a frame. */
const ways = {
  reset: (socket) => socket.resetAndDestroy(),
  fin: (socket) => socket.end(),
  midFrame: (socket, half) => {
    socket.write(half);
    socket.end();
  },
  midFrameReset: (socket, half) => {
    socket.write(half, () => socket.resetAndDestroy());
  },
  /* Nothing more is said or heard, and the connection stays. */
  silence: (socket) => socket.pause(),
};

export class Venue extends Watched {
  kills = {};
  killed = 0;
  live = new Set();
  wrong = [];
  numbers = new Map();

  constructor({ random, most, life = [20, 200] }) {
    super();
    this.random = random;
    this.most = most;
    this.life = life;
  }

  get url() {
    return `ws://127.0.0.1:${this.port}/`;
  }

  get over() {
    return this.killed >= this.most;
  }

  /* How often each symbol is subscribed on a connection that lives. */
  subscribed() {
    const count = new Map();
    for (const client of this.live) {
      for (const symbol of client.symbols) {
        count.set(symbol, (count.get(symbol) ?? 0) + 1);
      }
    }
    return count;
  }

  async open(t) {
    const { WebSocketServer } = require('ws');
    const server = http.createServer();
    const sockets = new Set();
    this.ws = new WebSocketServer({ noServer: true });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      if (!this.over && this.random() < 0.2) {
        this.#breakHandshake(socket);
      } else {
        this.ws.handleUpgrade(request, socket, head,
          (client) => this.#take(client, socket));
      }
    });
    this.port = await listen(server);
    this.timer = setInterval(() => this.#tick(), 40);
    t.after(() => {
      clearInterval(this.timer);
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    });
  }

  #count(way) {
    this.killed += 1;
    this.kills[way] = (this.kills[way] ?? 0) + 1;
    this.changed();
  }

  #breakHandshake(socket) {
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n';
    socket.write(answer.slice(0, Math.floor(this.random() * answer.length)));
    if (this.random() < 0.5) {
      socket.end();
    } else {
      socket.resetAndDestroy();
    }
    this.#count('midHandshake');
  }

  #take(client, socket) {
    client.symbols = new Set();
    this.live.add(client);
    client.on('error', () => {});
    client.on('close', () => {
      this.live.delete(client);
      this.changed();
    });
    client.on('message', (data) => {
      const { sub } = JSON.parse(data);
      if (client.symbols.has(sub)) {
        this.wrong.push(`${sub} twice on a connection`);
      }
      client.symbols.add(sub);
      this.changed();
    });
    if (!this.over) {
      const [from, to] = this.life;
      setTimeout(() => this.#kill(client, socket),
        from + this.random() * (to - from));
    }
  }

  #kill(client, socket) {
    if (!this.live.delete(client) || this.over) {
      return;
    }
    const names = Object.keys(ways);
    const way = names[Math.floor(this.random() * names.length)];
    client.symbols = new Set();
    ways[way](socket, Buffer.from([0x81, 40, 0x7b, 0x22]));
    this.#count(way);
  }

  /* One number more for every symbol there ever was, to those who asked. */
  #tick() {
    for (const client of this.live) {
      for (const symbol of client.symbols) {
        this.numbers.set(symbol, this.numbers.get(symbol) ?? 0);
      }
    }
    for (const [symbol, number] of this.numbers) {
      this.numbers.set(symbol, number + 1);
    }
    for (const client of this.live) {
      for (const symbol of client.symbols) {
        client.send(`{"s":"${symbol}","n":${this.numbers.get(symbol)}}`);
      }
    }
  }
}
