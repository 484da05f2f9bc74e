/* SPDX-License-Identifier: MIT */
/* Runs sockfeed and waits for what it says and how it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Watched, within } from './patience.mjs';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const sockfeed = resolve(root,
  process.env.SOCKFEED ?? 'build/sockfeed');

/* A sanitizer's shadow memory makes figures about memory meaningless. */
export const sanitized = process.env.SOCKFEED_SANITIZED === '1';

/* What a user's shell may hold must not decide a test. */
function environment(extra) {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', HOME: '/nonexistent' };
  for (const name of Object.keys(env)) {
    if (/_proxy$|^XDG_|^SSL_CERT|^SSLKEYLOG|^NODE_|^NO_COLOR$/i.test(name)) {
      delete env[name];
    }
  }
  return { ...env, ...extra };
}

/* A stream of text, whole and by lines. */
class Output extends Watched {
  text = '';
  lines = [];
  #partial = '';

  constructor(stream) {
    super();
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      this.text += text;
      const lines = (this.#partial + text).split('\n');
      this.#partial = lines.pop();
      for (const line of lines) {
        this.lines.push(line);
      }
      this.changed();
    });
  }
}

export class Program {
  #ended;

  /* `through` is a command that runs the program, given behind it. */
  constructor(t, args, {
    env, stdin = 'ignore', unread = false, through = [],
  } = {}) {
    this.args = args;
    const [command, ...rest] = [...through, sockfeed, ...args];
    this.child = spawn(command, rest, {
      env: environment(env),
      stdio: [stdin, 'pipe', 'pipe'],
    });
    /* A program that ends first leaves a line that cannot be written. */
    this.child.stdin?.on('error', () => {});
    this.err = new Output(this.child.stderr);
    if (!unread) {
      this.read();
    }
    this.#ended = new Promise((settle, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => settle({ code, signal }));
    });
    this.#ended.catch(() => {});
    t.after(() => this.child.kill('SIGKILL'));
  }

  /* Begins to read standard output, where `unread` put it off. */
  read() {
    this.out = new Output(this.child.stdout);
  }

  /* One line for standard input. */
  type(line) {
    this.child.stdin.write(`${line}\n`);
  }

  signal(name) {
    this.child.kill(name);
  }

  #detail = () => `sockfeed ${this.args.join(' ')}\n`
    + `standard error: ${this.err.text}\n`
    + `standard output ends: ${this.out?.text.slice(-500)}`;

  /* The first `count` lines of standard output. */
  async printed(count) {
    await this.out.until(() => this.out.lines.length >= count,
      `${count} lines printed`, this.#detail);
    return this.out.lines.slice(0, count);
  }

  /* The first line on standard error that matches. */
  async said(pattern) {
    return this.err.until(() => this.err.lines.find((l) => pattern.test(l)),
      `${pattern} said`, this.#detail);
  }

  /* The status records seen so far, with --status json. */
  records(status) {
    return this.err.lines.filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter((record) => status === undefined || record.status === status);
  }

  /* The `count`th record of this kind. */
  async record(status, count = 1) {
    return this.err.until(() => this.records(status)[count - 1],
      `${count} records of "${status}"`, this.#detail);
  }

  /* Waits for the end: { code, signal, stdout, stderr }. */
  async end() {
    const { code, signal } = await within(this.#ended, 'the program ended',
      this.#detail);
    return {
      code, signal, stdout: this.out?.text ?? '', stderr: this.err.text,
    };
  }

  /* The same, having ended with this exit status. */
  async exits(status) {
    const end = await this.end();
    assert.equal(end.code, status,
      `exit ${end.code ?? end.signal}, not ${status}\n${this.#detail()}`);
    return end;
  }

  async diesOf(signal) {
    const end = await this.end();
    assert.equal(end.signal, signal,
      `ended with ${end.code ?? end.signal}, not by ${signal}\n`
      + this.#detail());
    return end;
  }
}

/* Starts the program; it is killed when the test is over. */
export function start(t, ...args) {
  const options = typeof args.at(-1) === 'object' ? args.pop() : {};
  return new Program(t, args, options);
}

/* Starts it and expects this exit status. */
export async function run(t, status, ...args) {
  return start(t, ...args).exits(status);
}

/* Standard output is these lines; where not, only the first difference is
 * shown. */
export function assertLines(stdout, lines) {
  const printed = stdout.split('\n');
  assert.equal(printed.pop(), '', 'the last line ends');
  const at = lines.findIndex((line, i) => line !== printed[i]);
  assert.equal(printed[at], lines[at], `line ${at + 1} of ${lines.length}`);
  assert.equal(printed.length, lines.length);
}

/* A folder that is gone after the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'sockfeed-e2e-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/* A file with this content that is gone after the test. */
export function file(t, content, name = 'file') {
  const path = join(folder(t), name);
  writeFileSync(path, content);
  return path;
}
